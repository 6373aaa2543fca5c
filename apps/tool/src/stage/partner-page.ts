import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A partner's site, at another origin and site than the swarm's `localhost`. */
export interface PartnerPage {
  /** `http://127.0.0.1:PORT`: what the operator registers as its origin. */
  readonly url: string;
  /** What the next visitor's page has after its article, as HTML. */
  setBody(html: string): void;
  close(): Promise<void>;
}

export interface PartnerPageOptions {
  /** The swarm's origin. */
  readonly swarmUrl: string;
  /** The partner's site key. */
  readonly site: string;
  /** Its pages' policy; without one there is none. {@link strictPolicy} is what our documentation asks for. */
  readonly csp?: string;
  /** After the article, as HTML; by default the script tag. */
  readonly body?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
}

/** The script tag that an operator gives to a partner. `attributes` come after its site. */
export const scriptTag = (swarmUrl: string, site: string, attributes = ""): string =>
  `<script async src="${swarmUrl}/embed/v1.js" data-site="${site}"${attributes && ` ${attributes}`}></script>`;

/** The strictest policy of a page that the tag works on. */
export const strictPolicy = (swarmUrl: string): string =>
  `default-src 'none'; script-src ${swarmUrl}; frame-src ${swarmUrl}; style-src 'self'`;

const style = `
:root { color-scheme: light dark; font: 1.125rem/1.6 Georgia, serif; }
body { margin: 0 auto; max-width: 42rem; padding: 2rem 1rem 8rem; }
header { border-bottom: 1px solid; font-variant: small-caps; letter-spacing: 0.08em; }
h1 { font-size: 2rem; line-height: 1.2; text-wrap: balance; }
.by { opacity: 0.75; }
potluck-donate { display: block; height: 4.5rem; }
`;

const article = `<header>The Harbour Notebook</header>
<article>
<h1>The ferry that still rings a bell</h1>
<p class="by">From our correspondent on the quay</p>
<p>At ten past six the smallest ferry on the sound leaves with eleven people, two bicycles and a crate of plums. Before it
goes, somebody on board rings a bell. Nobody asked for it, and no rule wants it; it was there when the boat was bought.</p>
<p>“You can hear on land which of us is at the rope,” says the woman who steers it on weekdays. She rings twice, quickly. Her
colleague, who has the weekends, rings once and lets it fade.</p>
<p>The crossing takes nineteen minutes. There is a bench along each side and a stove in the middle, which on most days of the
year is not lit. Regular passengers have places of their own, and nobody would say so aloud.</p>
<p>The town has talked about a bridge for forty years. The plans hang in the library, drawn in three different hands, and each
of them ends where the bell is rung.</p>
</article>`;

const document = (body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The ferry that still rings a bell</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
${article}
${body}
</body>
</html>`;

/** Serves a partner's page, the same at every path. */
export async function startPartnerPage(options: PartnerPageOptions): Promise<PartnerPage> {
  let body = options.body ?? scriptTag(options.swarmUrl, options.site);
  const server = createServer(({ url }, response) => {
    const isStyle = url === "/style.css";
    response.setHeader("Content-Type", isStyle ? "text/css; charset=utf-8" : "text/html; charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    if (options.csp !== undefined) response.setHeader("Content-Security-Policy", options.csp);
    response.end(isStyle ? style : document(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setBody: (html) => {
      body = html;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
