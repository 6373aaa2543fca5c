import type { Catalog } from "../catalog.ts";
import { app } from "./app.ts";
import { chat } from "./chat.ts";
import { problems } from "@potluck/words/problems/es";
import { swarm } from "./swarm.ts";

/** Every sentence in Spanish. Giving is "aportar", since "donar" sounds of money; no sentence says who is of which sex. */
export const es: Catalog = { app, chat, swarm, problems };
