import type { ServedFiles } from "../models/served-model.ts";
import { revalidated } from "./caching.ts";
import type { Route } from "./route.ts";
import { sendText } from "./send.ts";
import { serveFile } from "./serve-file.ts";

/** The files that the models' manifests name, and nothing else. */
export function modelRoutes(served: readonly ServedFiles[]): readonly Route[] {
  const models = new Map(served.map((model) => [String(model.id), model]));
  return [
    {
      path: /^\/models\//,
      on: {
        async GET(req, res, path) {
          const [, , id = "", ...rest] = path.split("/");
          const file = models.get(id)?.files.get(rest.join("/"));
          if (file !== undefined && (await serveFile(req, res, file, revalidated))) return;
          sendText(res, 404, "This swarm serves no such model file.");
        },
      },
    },
  ];
}
