import type { Catalog } from "../catalog.ts";
import { en } from "../en/index.ts";

export const zh: Catalog = en;
