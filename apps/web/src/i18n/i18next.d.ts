import type { en } from "./en/index.ts";
import type { LateCatalogs } from "./late-words.ts";
import type { Namespaces } from "./namespaces.ts";

// Keys and their values' places are checked where `t` is called.
declare module "i18next" {
  interface CustomTypeOptions {
    // All of them, so that a bare `useTranslation()` knows every key; at run time a key without a namespace is of the first.
    defaultNS: Namespaces;
    resources: typeof en & LateCatalogs;
    interpolationFormatTypeMap: {
      bytes: number;
      speed: number;
      duration: number;
      number: number;
      list: readonly string[];
    };
  }
}
