import type { en } from "./en.ts";

// Keys and their values' places are checked where `t` is called.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "frame";
    resources: { frame: typeof en };
    interpolationFormatTypeMap: { bytes: number; duration: number; number: number };
  }
}
