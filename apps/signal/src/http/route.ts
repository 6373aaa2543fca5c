import type { IncomingMessage, ServerResponse } from "node:http";

/** @param path decoded, and safe to look for in a folder. */
export type Handler = (req: IncomingMessage, res: ServerResponse, path: string) => Promise<void> | void;

/** One address, or a family of them, and what answers there. HEAD is answered as GET is. */
export interface Route {
  readonly path: string | RegExp;
  readonly on: Readonly<Partial<Record<"GET" | "POST" | "PATCH", Handler>>>;
}

export function isRouteOf(route: Route, path: string): boolean {
  return typeof route.path === "string" ? route.path === path : route.path.test(path);
}

/** The route's handler of a method; undefined where it has none. */
export function handlerOf({ on }: Route, method: string | undefined): Handler | undefined {
  if (method === "HEAD") return on.GET;
  return method === "GET" || method === "POST" || method === "PATCH" ? on[method] : undefined;
}

/** As the `allow` header lists them. */
export function methodsOf({ on }: Route): string {
  return Object.keys(on)
    .flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]))
    .join(", ");
}
