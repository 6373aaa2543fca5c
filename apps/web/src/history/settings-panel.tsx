import type { ReactElement } from "react";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { knobs } from "../conversation/settings-schema.ts";
import { NumberField } from "../ui/number-field.tsx";
import "./settings-panel.css";

/** How answers are made. Beside the conversation where there is room, else over it while `open`. */
export function SettingsPanel({ open }: { readonly open: boolean }): ReactElement {
  const { chat } = usePage();
  const { temperature, maxNewTokens, seed } = useStore(chat.store, (s) => s.conversation.settings);
  return (
    <aside className="settings" id="settings" aria-label="Settings" data-open={open}>
      <h2 className="settings-title">Answers</h2>
      <NumberField
        name="Temperature"
        hint="0 always picks the likeliest word; higher is more varied."
        value={temperature}
        step={0.1}
        {...knobs.temperature}
        clamp
        onChange={(value) => value !== null && chat.changeSettings({ temperature: value })}
      />
      <NumberField
        name="Max tokens"
        hint="Longest answer; a token is about ¾ of a word."
        value={maxNewTokens}
        step={1}
        {...knobs.maxNewTokens}
        clamp
        onChange={(value) => value !== null && chat.changeSettings({ maxNewTokens: value })}
      />
      <NumberField
        name="Seed"
        hint="The same seed gives the same answer again."
        empty="random"
        value={seed}
        step={1}
        {...knobs.seed}
        clamp
        onChange={(value) => chat.changeSettings({ seed: value })}
      />
    </aside>
  );
}
