import type { ReactElement } from "react";
import { useStore } from "zustand";
import { usePage } from "./page.ts";

/** Says when the page is not connected, and why. */
export function ConnectionBanner(): ReactElement | null {
  const connection = useStore(usePage().tab.connection);
  switch (connection.kind) {
    case "online":
      return null;
    case "connecting":
      return (
        <aside className="banner" aria-label="Connection" data-connection="connecting">
          <p>Connecting to the swarm…</p>
        </aside>
      );
    case "offline":
      return (
        <aside className="banner banner-trouble" aria-label="Connection" data-connection="offline" aria-live="polite">
          <p>
            <strong>{connection.problem.what}</strong> {connection.problem.advice}
          </p>
          {connection.problem.code === "version-mismatch" && (
            <button className="button" type="button" onClick={() => location.reload()}>
              Reload
            </button>
          )}
        </aside>
      );
    default:
      return connection satisfies never;
  }
}
