import { type Refusal, refuse } from "@potluck/protocol";
import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import type { Clock } from "../clock.ts";

const maxBytes = 16 * 1024;
const deadlineMs = 10_000;

/** The JSON of a request, as the schema understands it. Refused when it does not fit, is over 16 kB, or is not whole after 10 s. */
export async function readBody<T>(
  req: IncomingMessage,
  schema: v.GenericSchema<unknown, T>,
  clock: Clock,
): Promise<{ readonly status: "read"; readonly body: T } | Refusal> {
  const text = await textOf(req, clock);
  if (typeof text !== "string") return text;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (parsed.success) return { status: "read", body: parsed.output };
  const [issue] = parsed.issues;
  return refuse("malformed", `The request is wrong at ${v.getDotPath(issue) ?? "its top"}: ${issue.message}`);
}

function textOf(req: IncomingMessage, clock: Clock): Promise<string | Refusal> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const settle = (result: string | Refusal): void => {
      stopWaiting();
      req.off("data", take);
      resolve(result);
    };
    const take = (part: Buffer): void => {
      parts.push(part);
      bytes += part.length;
      if (bytes > maxBytes) settle(refuse("too-large", "The request is over 16 kB."));
    };
    const stopWaiting = clock.every(deadlineMs, () => {
      settle(refuse("malformed", "The request did not come whole within ten seconds."));
    });
    req.on("data", take);
    req.once("end", () => settle(Buffer.concat(parts).toString("utf8")));
    req.once("close", () => settle(refuse("malformed", "The request was cut.")));
  });
}
