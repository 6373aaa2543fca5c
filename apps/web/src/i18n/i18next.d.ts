import type { en } from "./en/index.ts";

// Keys and their values' places are checked where `t` is called.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: typeof en;
  }
}
