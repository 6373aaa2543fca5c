import { useEffect, useEffectEvent } from "react";
import { tinykeys } from "tinykeys";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { type Command, isTaken, shortcuts } from "./shortcuts.ts";

/** Runs a command when its key is pressed, unless the person has switched that off. */
export function useShortcuts(run: (command: Command) => void): void {
  const on = useStore(usePage().preferences.store, (p) => p.shortcuts);
  const carryOut = useEffectEvent(run);
  useEffect(() => {
    if (!on) return undefined;
    const bindings = shortcuts.map((each) => [
      "binding" in each ? each.binding : each.key,
      (event: KeyboardEvent): void => {
        event.preventDefault();
        carryOut(each.command);
      },
    ]);
    return tinykeys(window, Object.fromEntries(bindings), { ignore: isTaken });
  }, [on]);
}
