import { join } from "node:path";
import { forever, revalidated } from "./caching.ts";
import type { Route } from "./route.ts";
import { sendText } from "./send.ts";
import { serveFile } from "./serve-file.ts";

/** Paths of the app's pages; the app itself decides what to show there. */
const pages = new Set(["/", "/donate", "/swarm", "/privacy", "/partners", "/admin"]);
/** A chat's own address; which chats there are only its browser knows. */
const chatPage = /^\/c\/[\w-]{1,64}\/?$/;

/** The built web app: every address that nobody else answers. @param webRoot its folder; null: there is none. */
export function appRoutes(webRoot: string | null): readonly Route[] {
  return [
    {
      path: /^\//,
      on: {
        async GET(req, res, path) {
          if (webRoot === null) return sendText(res, 404, "Nothing is here. This coordinator serves no web app.");
          const isPage = pages.has(path.replace(/(?<=.)\/$/, "")) || chatPage.test(path);
          const name = isPage ? "/index.html" : path;
          const caching = name.startsWith("/assets/") ? forever : revalidated;
          if (await serveFile(req, res, join(webRoot, name), caching)) return;
          const hint =
            name === "/index.html" ? "The web app is not built. Run `npm run build`, then reload." : "Nothing is here.";
          sendText(res, 404, hint);
        },
      },
    },
  ];
}
