import type { Refusal, RefusalReason } from "@potluck/protocol";
import type { ServerResponse } from "node:http";

export function sendText(res: ServerResponse, status: number, text: string): void {
  res.setHeader("cache-control", "no-store");
  res.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

export function sendJson(res: ServerResponse, status: number, body: object): void {
  res.setHeader("cache-control", "no-store");
  res.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

const statuses: Readonly<Partial<Record<RefusalReason, number>>> = {
  malformed: 400,
  "too-large": 413,
  "rate-limited": 429,
  "not-admitted": 401,
  "shutting-down": 503,
  "site-unknown": 404,
};

/** A refusal as JSON, with the status of HTTP that comes nearest to its reason. */
export function sendRefusal(res: ServerResponse, refusal: Refusal): void {
  sendJson(res, statuses[refusal.reason] ?? 403, refusal);
}
