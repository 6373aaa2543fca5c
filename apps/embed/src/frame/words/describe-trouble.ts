import type { Trouble } from "../life.ts";
import { en } from "./en.ts";
import type { Words } from "./load-words.ts";

/** What went wrong, and what to do about it where there is something to do. */
export function describeTrouble(trouble: Trouble, t: Words): string {
  switch (trouble.kind) {
    case "refusal":
      return t(`trouble.${isTold(trouble.reason) ? trouble.reason : "other"}`);
    case "unreachable":
    case "code":
      return t(`trouble.${trouble.kind}`);
    case "problem":
      return `${trouble.what} ${trouble.advice}`;
    default:
      return trouble satisfies never;
  }
}

const isTold = (reason: string): reason is keyof typeof en.trouble => Object.hasOwn(en.trouble, reason);
