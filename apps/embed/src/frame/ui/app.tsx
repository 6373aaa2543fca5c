import type { Life } from "../life.ts";
import { Ended } from "./ended.tsx";
import { Invite } from "./invite.tsx";
import { LiveBadge } from "./live-badge.tsx";
import { Question } from "./question.tsx";
import type { View } from "./view.ts";

/** What a life looks like. */
export function App({ view, life }: { readonly view: View; readonly life: Life }) {
  switch (life.kind) {
    case "refused":
    case "hidden":
      return null;
    case "inviting":
      return <Invite view={view} />;
    case "asking":
    case "checking":
    case "agreeing":
      return <Question view={view} life={life} />;
    case "unseen":
    case "waiting-turn":
    case "lending":
    case "stopping":
      return <LiveBadge view={view} life={life} />;
    case "stopped":
    case "failed":
      return <Ended view={view} life={life} />;
    default:
      return life satisfies never;
  }
}
