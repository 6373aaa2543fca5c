import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { handlerOf, isRouteOf, methodsOf, type Route } from "./route.ts";
import { sendText } from "./send.ts";

export interface HttpOptions {
  /** The first whose path fits answers. */
  readonly routes: readonly Route[];
  /** Of every answer; a route may set others. */
  readonly headers: Readonly<Record<string, string>>;
  readonly log: Logger;
}

/** Everything over HTTP but socket.io. */
export function handleHttp({ routes, headers, log }: HttpOptions): RequestListener {
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    const path = pathOf(req.url ?? "/");
    if (path === null) return sendText(res, 400, "This address can't be read.");
    const route = routes.find((one) => isRouteOf(one, path));
    if (route === undefined) return sendText(res, 404, "Nothing is here.");
    const handler = handlerOf(route, req.method);
    if (handler !== undefined) return handler(req, res, path);
    const methods = methodsOf(route);
    res.setHeader("allow", methods);
    sendText(
      res,
      405,
      `Only ${methods.replace(/, (?=\w+$)/, " and ")} ${methods.includes(",") ? "are" : "is"} answered here.`,
    );
  };

  return (req, res) => {
    answer(req, res).catch((error: unknown) => {
      log.error({ err: error }, "http answer failed");
      if (res.headersSent) res.destroy();
      else sendText(res, 500, "Something went wrong here. Try again.");
    });
  };
}

/** The decoded path, or null for one that could lead out of a folder. */
function pathOf(url: string): string | null {
  const raw = /^[^?#]*/.exec(url)?.[0] ?? "";
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return null;
  }
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (!path.startsWith("/") || /[\u0000-\u001f\\]/.test(path)) return null;
  return path.split("/").some((step) => step.startsWith(".") && step !== ".well-known") ? null : path;
}
