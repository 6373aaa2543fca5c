import type { FrameFacts } from "@potluck/protocol";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inlineScriptsOf } from "./security-headers.ts";

/** The built page of the frame, with room for what one visitor's is told. */
export interface FramePage {
  readonly inlineScripts: readonly string[];
  with(facts: FrameFacts): string;
}

const place = /(<script[^>]*\sid="potluck-frame"[^>]*>)\s*(<\/script>)/;

/** Null where it is not built, or has no place for the facts. */
export async function readFramePage(embedRoot: string): Promise<FramePage | null> {
  const html = await readFile(join(embedRoot, "frame.html"), "utf8").catch(() => "");
  const found = place.exec(html);
  if (found === null) return null;
  const [whole, open, close] = found;
  const before = html.slice(0, found.index) + open;
  const after = close + html.slice(found.index + whole.length);
  return {
    inlineScripts: inlineScriptsOf(html),
    // Whatever a partner is called, its name must not end the script.
    with: (facts) => before + JSON.stringify(facts).replaceAll("<", "\\u003c") + after,
  };
}
