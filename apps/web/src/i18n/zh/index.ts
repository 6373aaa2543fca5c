import type { Catalog } from "../catalog.ts";
import { app } from "./app.ts";
import { chat } from "./chat.ts";
import { problems } from "@potluck/words/problems/zh";
import { swarm } from "./swarm.ts";

/** Simplified Chinese. It has no plural, so `_one` and `_other` say the same. */
export const zh: Catalog = { app, chat, swarm, problems };
