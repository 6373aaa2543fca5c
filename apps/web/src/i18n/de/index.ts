import type { Catalog } from "../catalog.ts";
import { app } from "./app.ts";
import { chat } from "./chat.ts";
import { problems } from "@potluck/words/problems/de";
import { swarm } from "./swarm.ts";

/** German: says "du"; who lends computing time "rechnet mit" and is a "Helfer". */
export const de: Catalog = { app, chat, swarm, problems };
