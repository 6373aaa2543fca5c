import { type FrameFacts, guestBudgetBytes, refuse, siteKeySchema } from "@potluck/protocol";
import { join } from "node:path";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { siteFault } from "../partners/consents.ts";
import type { Partners } from "../partners/create-partners.ts";
import { keepLoaders } from "../partners/keep-loaders.ts";
import { forever, revalidated } from "./caching.ts";
import { readFramePage } from "./frame-page.ts";
import type { Handler, Route } from "./route.ts";
import { frameHeaders } from "./security-headers.ts";
import { sendText } from "./send.ts";
import { readRuntimeBytes } from "./runtime-bytes.ts";
import { serveFile } from "./serve-file.ts";

export interface EmbedOptions {
  /** Folder of the built embed; null serves none. */
  readonly embedRoot: string | null;
  /** Folder of the versioned loaders of this build and of those before it. */
  readonly keptRoot: string;
  /** Origins that models' files come from. */
  readonly sources: readonly string[];
  readonly partners: Pick<Partners, "registry" | "tickets">;
  /** Weights that a guest's tab would load now; null while nothing fits. */
  readonly previewGuest: (budgetBytes: number) => number | null;
  readonly clock: Clock;
}

/** A page of a partner's is shown thousands of times a minute; what a visitor would load changes slowly. */
const previewMs = 2000;
const tenMinutes = "public, max-age=600";
/** Pages that are isolated take only what says that it may be taken; those that check integrity need CORS. */
const forAnyOrigin = { "cross-origin-resource-policy": "cross-origin", "access-control-allow-origin": "*" };

/** The loader for partners' pages, and the page inside its frame (SG19, SG25). */
export async function embedRoutes(options: EmbedOptions): Promise<readonly Route[]> {
  const { embedRoot, keptRoot, sources, partners, clock } = options;
  if (embedRoot === null) return [];
  await keepLoaders(embedRoot, keptRoot);
  const page = await readFramePage(embedRoot);
  const content = { inlineScripts: page?.inlineScripts ?? [], sources };
  const runtimeBytes = await readRuntimeBytes(embedRoot);
  const preview = everySoOften(() => options.previewGuest(guestBudgetBytes), previewMs, clock);

  /** @param referer of the page around the frame: its origin, where the browser tells it. */
  const factsFor = (site: string | null, referer: string | undefined): FrameFacts => {
    const key = v.safeParse(siteKeySchema, site);
    if (!key.success) return refuse("site-unknown", "The script tag has no site key, or not the whole of it.");
    const fault = siteFault(partners.registry, key.output, originOf(referer));
    const partner = partners.registry.get(key.output);
    if (fault !== null || partner === undefined) return fault ?? refuse("site-unknown", "There is no such partner.");
    const { name, origins } = partner;
    const ticket = partners.tickets.issue(partner.key, clock.wallMs());
    return { status: "ready", site: partner.key, name, origins, ticket, loadBytes: preview(), runtimeBytes };
  };

  const frame: Handler = (req, res) => {
    if (page === null) return sendText(res, 404, "The embed is not built. Run `npm run build`, then start again.");
    // A page may load anything as a picture or a script, into its own process: the ticket is for windows and frames.
    const into = req.headers["sec-fetch-dest"];
    if (into !== undefined && into !== "iframe" && into !== "document") {
      return sendText(res, 403, "This page is for a frame.");
    }
    const site = new URLSearchParams(/\?([^#]*)/.exec(req.url ?? "")?.[1]).get("site");
    const facts = factsFor(site, req.headers.referer);
    res.removeHeader("cross-origin-opener-policy");
    const headers = frameHeaders(content, facts.status === "ready" ? facts.origins : null);
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    res.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page.with(facts));
  };

  const file =
    (root: string, caching: string, headers: Readonly<Record<string, string>>): Handler =>
    async (req, res, path) => {
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      const found = await serveFile(req, res, join(root, path.slice("/embed/".length)), caching);
      if (!found) sendText(res, 404, "Nothing is here.");
    };

  return [
    { path: "/embed/frame", on: { GET: frame } },
    { path: "/embed/v1.js", on: { GET: file(embedRoot, tenMinutes, forAnyOrigin) } },
    { path: /^\/embed\/v1\.[\w-]+\.js$/, on: { GET: file(keptRoot, forever, forAnyOrigin) } },
    { path: "/embed/integrity.json", on: { GET: file(embedRoot, revalidated, forAnyOrigin) } },
    { path: /^\/embed\/assets\//, on: { GET: file(embedRoot, forever, {}) } },
  ];
}

/** Of an address; null where none is told. An address that can't be read is of no registered origin. */
function originOf(referer: string | undefined): string | null {
  if (referer === undefined || referer === "") return null;
  return URL.canParse(referer) ? new URL(referer).origin : "";
}

function everySoOften<T>(make: () => T, periodMs: number, clock: Clock): () => T {
  let last: { readonly value: T; readonly atMs: number } | null = null;
  return () => {
    if (last === null || clock.nowMs() - last.atMs >= periodMs) last = { value: make(), atMs: clock.nowMs() };
    return last.value;
  };
}
