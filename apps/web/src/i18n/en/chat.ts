/** Words of the chat: conversation, composer, history, settings, drawer, shortcuts, privacy. */
export const chat = {
  title: "Chat",
  answer: {
    taskDone: "Done",
    taskOpen: "To do",
    table: "Table",
    formula: "Formula",
  },
  code: {
    code: "Code",
    codeIn: "Code, {{language}}",
    copy: "Copy",
    copied: "Copied",
    failed: "Could not copy",
  },
} as const;
