import { expect, test } from "vitest";
import { defaultSettings } from "../conversation/settings-schema.ts";
import { createPresets } from "./presets.ts";

function storage(): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test("WB39 settings are kept under a name, over reloads, and what new chats begin with is the last chosen", () => {
  const place = storage();
  let keys = 0;
  const open = () => createPresets(place, () => `preset-${(keys += 1)}`);
  const presets = open();
  presets.keep(" Poet ", { ...defaultSettings, temperature: 1.2 });
  presets.keep("Clerk", { ...defaultSettings, temperature: 0 });
  expect(
    open()
      .store.getState()
      .presets.map((each) => each.name),
  ).toEqual(["Clerk", "Poet"]);
  expect(open().current()).toMatchObject({ temperature: 0, preset: "preset-2" });
  presets.choose("preset-1");
  expect(open().current()).toMatchObject({ temperature: 1.2 });
  presets.keep("Poet", { ...defaultSettings, temperature: 1.5 });
  expect(open().store.getState().presets).toHaveLength(2);
  presets.remove("preset-1");
  expect(open().current()).toBeNull();
  expect(presets.keep("  ", defaultSettings)).toBeNull();
});

test("WB39 a stored preset that is not valid costs that preset alone, and a forbidden storage only the memory", () => {
  const place = storage();
  place.setItem("potluck.presets", JSON.stringify({ presets: [{ id: 7 }, { id: "a", name: "Ok", settings: {} }] }));
  expect(createPresets(place, () => "x").store.getState().presets).toMatchObject([{ id: "a", name: "Ok" }]);
  const forbidden = (): never => {
    throw new Error("forbidden");
  };
  const presets = createPresets({ getItem: forbidden, setItem: forbidden }, () => "x");
  presets.keep("Here", defaultSettings);
  expect(presets.store.getState().presets).toHaveLength(1);
});
