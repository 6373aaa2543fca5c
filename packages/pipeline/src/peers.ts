import type { Link } from "@potluck/link";
import type { TabId } from "@potluck/protocol";

/** How a session reaches other tabs; and this one, through a loopback link. */
export interface Peers {
  readonly self: TabId;
  /**
   * The open link to a tab; made now if there is none. Rejects within the connection deadline when it can't be made.
   * Frames that arrive on any link go to the {@link Switchboard}, not to who asked for it.
   */
  link(tab: TabId): Promise<Link>;
  /** Ms since anything came from the tab, pings included; null when no link to it is open. 0 for this tab itself. */
  silentMs(tab: TabId): number | null;
}
