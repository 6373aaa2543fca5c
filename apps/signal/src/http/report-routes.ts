import type { Route } from "./route.ts";
import { sendJson } from "./send.ts";

export interface Reports {
  readonly health: () => { readonly isUp: boolean; readonly body: object };
  readonly swarm: () => object;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
}

/** What the coordinator tells of its state (SG7). */
export function reportRoutes({ health, swarm, metrics }: Reports): readonly Route[] {
  return [
    {
      path: "/healthz",
      on: {
        GET(_, res) {
          const { isUp, body } = health();
          sendJson(res, isUp ? 200 : 503, body);
        },
      },
    },
    { path: "/api/swarm", on: { GET: (_, res) => sendJson(res, 200, swarm()) } },
    {
      path: "/metrics",
      on: {
        async GET(_, res) {
          const { type, text } = await metrics();
          res.setHeader("cache-control", "no-store");
          res.writeHead(200, { "content-type": type }).end(text);
        },
      },
    },
  ];
}
