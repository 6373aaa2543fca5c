/** Words of the chat: conversation, composer, history, settings, drawer, shortcuts, privacy. */
export const chat = {
  title: "Chat",
} as const;
