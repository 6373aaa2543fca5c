import { type PartnerDraft, partnerDraftSchema } from "@potluck/protocol";
import { PartnerError } from "@potluck/signal/partners";
import * as v from "valibot";

/** The draft, if it can be registered. Throws a {@link PartnerError} that says what to write instead. */
export function checkDraft(draft: PartnerDraft): PartnerDraft {
  const parsed = v.safeParse(partnerDraftSchema, draft);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const [first, second] = issue.path ?? [];
  if (first?.key === "origins" && second !== undefined) throw new PartnerError(originAdvice(String(second.value)));
  if (first?.key === "name") throw new PartnerError("--name must have 1 to 80 letters.");
  if (first?.key === "maxTabs") throw new PartnerError("--max-tabs must be a whole number from 1 to 100000.");
  throw new PartnerError(`${v.getDotPath(issue) ?? "The partner"}: ${issue.message}`);
}

function originAdvice(text: string): string {
  const meant = text.includes("://") ? text : `https://${text}`;
  if (text.includes("*")) return `${text} is no origin: name each host, for example https://www.example.org.`;
  if (!/^https?:/i.test(meant) || !URL.canParse(meant)) {
    return `${text} is no origin. One is scheme, host and port, for example https://example.org.`;
  }
  const { origin } = new URL(meant);
  if (origin === text) return `${text} can't be named in the policy that lets pages show the frame. Use a host name.`;
  return `${text} is no origin: write ${origin}, without a path or a slash at the end.`;
}
