import type { Note, NoteChannel } from "./keep-chats.ts";

/** The channel of this browser's windows; a browser that has none, or an odd message, is as if nobody had spoken. */
export function noteChannel(name = "potluck.chats"): NoteChannel {
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
  return {
    post: (note) => channel?.postMessage(note),
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
