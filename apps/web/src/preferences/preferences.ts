import { rulesSchema } from "@potluck/donor";
import { modelIdSchema } from "@potluck/protocol";
import * as v from "valibot";
import { createStore, type StoreApi } from "zustand/vanilla";
import { languageTags } from "@potluck/words";
import { keptRules } from "./kept-rules.ts";

export const themes = ["system", "light", "dark"] as const;
export const limits = {
  temperature: { min: 0, max: 2 },
  maxNewTokens: { min: 1, max: 8192 },
  seed: { min: 0, max: 0xffff_ffff },
  /** 1 MB is 1,000,000 bytes, here and wherever the page shows bytes. */
  budgetMb: { min: 1, max: 65_536 },
} as const;

/** On a device whose memory the browser does not tell. */
export const defaultBudgetMb = 512;

const between = ({ min, max }: { readonly min: number; readonly max: number }) =>
  v.pipe(v.number(), v.minValue(min), v.maxValue(max));
const wholeBetween = (range: { readonly min: number; readonly max: number }) => v.pipe(between(range), v.integer());

const fields = {
  modelId: v.nullable(modelIdSchema),
  temperature: between(limits.temperature),
  maxNewTokens: wholeBetween(limits.maxNewTokens),
  /** null: another one for every answer. */
  seed: v.nullable(wholeBetween(limits.seed)),
  /** null: what the models and the device suggest. */
  budgetMb: v.nullable(between(limits.budgetMb)),
  theme: v.picklist(themes),
  language: v.picklist(["system", ...languageTags]),
  /** Where answers are computed: the swarm, or for who wants to keep the words to themselves this tab. */
  where: v.picklist(["swarm", "this-tab"]),
  /** Whether the person was told that the tabs which compute an answer can see its text, and agreed. */
  swarmAgreed: v.boolean(),
  /** Whether single keys do something beside typing. */
  shortcuts: v.boolean(),
  /** The swarm's pictures as tables. */
  tables: v.boolean(),
  /** When this browser donates, and what. */
  rules: rulesSchema,
};

/** Each field falls back alone, so that one bad value does not cost the others. */
const preferencesSchema = v.object({
  modelId: v.fallback(fields.modelId, null),
  temperature: v.fallback(fields.temperature, 0.3),
  maxNewTokens: v.fallback(fields.maxNewTokens, 256),
  seed: v.fallback(fields.seed, null),
  budgetMb: v.fallback(fields.budgetMb, null),
  theme: v.fallback(fields.theme, "system"),
  language: v.fallback(fields.language, "system"),
  where: v.fallback(fields.where, "swarm"),
  swarmAgreed: v.fallback(fields.swarmAgreed, false),
  shortcuts: v.fallback(fields.shortcuts, true),
  tables: v.fallback(fields.tables, false),
  rules: v.pipe(v.optional(v.unknown(), {}), v.transform(keptRules)),
});
export type Preferences = Readonly<v.InferOutput<typeof preferencesSchema>>;

export interface PreferenceStore {
  readonly store: StoreApi<Preferences>;
  /** Remembers the valid ones among the changes and leaves the rest as it is. */
  change(changes: Partial<Preferences>): void;
}

const key = "potluck.preferences";

/** What the person chose, kept in `storage` where it can be; a full or forbidden storage only forgets. */
export function createPreferences(storage: Pick<Storage, "getItem" | "setItem"> | null): PreferenceStore {
  const store = createStore<Preferences>()(() => v.parse(preferencesSchema, read(storage)));
  return {
    store,
    change(changes) {
      const now = store.getState();
      const kept = Object.fromEntries(
        Object.entries(changes).filter(([name, value]) => v.is(fields[name as keyof Preferences], value)),
      );
      store.setState({ ...now, ...kept }, true);
      try {
        storage?.setItem(key, JSON.stringify(store.getState()));
      } catch {
        // Private windows and full disks: the choice lives as long as the page.
      }
    },
  };
}

function read(storage: Pick<Storage, "getItem"> | null): object {
  try {
    const value: unknown = JSON.parse(storage?.getItem(key) ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
