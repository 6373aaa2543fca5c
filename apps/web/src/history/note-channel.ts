import type { Note, NoteChannel } from "./keep-chats.ts";

/** The channel of this browser's windows; a browser that has none, or an odd message, is as if nobody had spoken. */
export function noteChannel(name = "potluck.chats"): NoteChannel {
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
  const posted = new Set<() => void>();
  return {
    post(note) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it stays in this origin by itself
      channel?.postMessage(note);
      for (const listener of posted) listener();
    },
    onPosted: (listener) => void posted.add(listener),
    onNote(listener) {
      channel?.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (isNote(data)) listener(data);
      });
    },
  };
}

function isNote(data: unknown): data is Note {
  if (typeof data !== "object" || data === null) return false;
  const { id, deleted } = data as Record<string, unknown>;
  return typeof id === "string" && typeof deleted === "boolean";
}
