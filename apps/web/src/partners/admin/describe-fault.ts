import type { Words } from "../../i18n/create-words.ts";
import type { ServerFault } from "../ask-server.ts";

/** Why the server did not do what the operator asked, and what to do. */
export function describeFault(fault: ServerFault, t: Words): string {
  switch (fault.kind) {
    case "gone":
      return t("admin:fault.gone");
    case "odd":
      return t("admin:fault.odd");
    case "too-often":
      return t("admin:fault.tooOften");
    case "token":
      return t("admin:token.wrong");
    case "field":
      return t("admin:fault.field", { message: fault.message });
    default:
      return fault satisfies never;
  }
}
