import { usePage } from "../app/page.ts";
import type { Command } from "./shortcuts.ts";

export interface Places {
  readonly historyOpen: boolean;
  readonly openHistory: (open: boolean) => void;
  readonly openSettings: () => void;
  readonly openHelp: () => void;
}

/** About a second: what has not come by then can't be loaded. */
const mostFrames = 60;

/** What each shortcut does. What has a button is done by that button, so that both do the same. */
export function useCommands({ historyOpen, openHistory, openSettings, openHelp }: Places): (command: Command) => void {
  const { chat } = usePage();
  return (command) => {
    switch (command) {
      case "message":
        return focusWhenThere(".composer-input");
      case "newChat":
        chat.newChat();
        return focusWhenThere(".composer-input");
      case "search":
        if (!historyOpen) openHistory(true);
        return focusWhenThere('#history input[type="search"]');
      case "sidebar":
        return openHistory(!historyOpen);
      case "settings":
        openSettings();
        return focusWhenThere("#settings :is(select, textarea, input)");
      case "help":
        return openHelp();
      case "copy":
      case "regenerate":
      case "edit":
      case "before":
      case "after":
      case "details":
        return [...document.querySelectorAll<HTMLElement>(`.exchange [data-action="${command}"]`)].at(-1)?.click();
      default:
        return command satisfies never;
    }
  };
}

/** Parts of the page are loaded when they are first wanted. */
function focusWhenThere(selector: string, frames = mostFrames): void {
  const field = document.querySelector<HTMLElement>(selector);
  if (field !== null) field.focus();
  else if (frames > 0) requestAnimationFrame(() => focusWhenThere(selector, frames - 1));
}
