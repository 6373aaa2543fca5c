import type { ChatState } from "../conversation/chat.ts";
import { type Versions, versionsOf } from "../conversation/conversation.ts";

export interface PathVersions {
  readonly answers: Versions;
  readonly questions: Versions;
}

/** Which versions there are of what is shown, by key. The same map for as long as the tree and the path are the same. */
export function pathVersions(): (state: ChatState) => ReadonlyMap<string, PathVersions> {
  let shape = "";
  let found: ReadonlyMap<string, PathVersions> = new Map();
  return ({ conversation, exchanges }) => {
    // What is in the tree stays there: only its size and the path can change.
    const path = exchanges.map(({ key }) => key);
    const now = [conversation.id, conversation.exchanges.length, ...path].join(" ");
    if (now !== shape) found = new Map(path.map((key) => [key, versionsOf(conversation, key)]));
    shape = now;
    return found;
  };
}
