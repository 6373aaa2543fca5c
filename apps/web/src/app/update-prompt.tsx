import { type ReactElement, useState } from "react";
import { useStore } from "zustand";
import type { Update } from "./update.ts";

/** Tells of a new version and waits for the person's word. */
export function UpdatePrompt({ update }: { readonly update: Update }): ReactElement | null {
  const waiting = useStore(update.waiting);
  const [later, setLater] = useState(false);
  if (!waiting || later) return null;
  return (
    <aside className="banner banner-news" aria-label="Update">
      <p>A new version of Potluck is ready. Updating reloads this page; a donation or chat in it ends.</p>
      <button className="button" type="button" onClick={() => update.accept()}>
        Update now
      </button>
      <button className="button button-bare" type="button" onClick={() => setLater(true)}>
        Later
      </button>
    </aside>
  );
}
