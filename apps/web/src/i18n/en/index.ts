import { app } from "./app.ts";
import { chat } from "./chat.ts";
import { problems } from "@potluck/words/problems/en";
import { swarm } from "./swarm.ts";

/** Every sentence of the page, by the part of the page that says it. `{{name}}` is a place for a value; plurals end in `_one` and `_other`. */
export const en = { app, chat, swarm, problems } as const;
