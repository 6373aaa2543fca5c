import { firstChars } from "../conversation/first-chars.ts";
import * as v from "valibot";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { ChatSettings } from "../conversation/conversation.ts";
import { settingsSchema } from "../conversation/settings-schema.ts";

/** Settings under a name. */
export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly settings: ChatSettings;
}

export interface PresetState {
  readonly presets: readonly Preset[];
  /** The last chosen one, with which new chats begin; null for none. */
  readonly chosen: string | null;
}

export interface Presets {
  readonly store: StoreApi<PresetState>;
  /** Keeps settings under a name, in the place of those that had it, and chooses them. Nothing for an empty name. */
  keep(name: string, settings: ChatSettings): Preset | null;
  choose(id: string | null): void;
  remove(id: string): void;
  /** What a new chat begins with: the chosen preset, or null. */
  current(): ChatSettings | null;
}

const item = "potluck.presets";
const longestName = 60;
const mostPresets = 100;

const presetSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(longestName)),
  settings: settingsSchema,
});
const recordSchema = v.object({
  presets: v.fallback(v.array(v.unknown()), []),
  chosen: v.fallback(v.nullable(v.string()), null),
});

/** Presets, kept in `storage` where that is possible: small, and needed before the first paint. */
export function createPresets(storage: Pick<Storage, "getItem" | "setItem"> | null, freshKey: () => string): Presets {
  const store = createStore<PresetState>()(() => read(storage));
  const put = (next: PresetState): void => {
    store.setState(next, true);
    try {
      storage?.setItem(item, JSON.stringify(next));
    } catch {
      // Private windows and full disks: they live as long as the page.
    }
  };
  return {
    store,
    keep(name, settings) {
      const called = firstChars(name.trim(), longestName);
      if (called === "") return null;
      const { presets } = store.getState();
      const id = presets.find((each) => each.name === called)?.id ?? freshKey();
      const preset: Preset = { id, name: called, settings: { ...settings, preset: id } };
      const others = presets.filter((each) => each.id !== id).slice(-(mostPresets - 1));
      put({ presets: [...others, preset].toSorted((a, b) => a.name.localeCompare(b.name)), chosen: id });
      return preset;
    },
    choose(id) {
      const { presets } = store.getState();
      put({ presets, chosen: presets.some((each) => each.id === id) ? id : null });
    },
    remove(id) {
      const { presets, chosen } = store.getState();
      put({ presets: presets.filter((each) => each.id !== id), chosen: chosen === id ? null : chosen });
    },
    current() {
      const { presets, chosen } = store.getState();
      return presets.find((each) => each.id === chosen)?.settings ?? null;
    },
  };
}

function read(storage: Pick<Storage, "getItem"> | null): PresetState {
  try {
    const record = v.parse(recordSchema, JSON.parse(storage?.getItem(item) ?? "{}"));
    const presets = record.presets
      .filter((each) => v.is(presetSchema, each))
      .map((each) => v.parse(presetSchema, each));
    return { presets, chosen: presets.some(({ id }) => id === record.chosen) ? record.chosen : null };
  } catch {
    return { presets: [], chosen: null };
  }
}
