/** Words of the page that says who sees what. */
export const privacy = {
  title: "Who sees what",
  lead: "Potluck has no accounts and sets no cookies. What you write goes where the badge beside the message field says, and nowhere else.",
  here: {
    title: "This tab only",
    words:
      "The model runs on your device. Your messages, the answers and everything in between stay in this browser. Only the model's files are downloaded.",
    how: "How to use it",
    steps:
      "In the chat, press “Use this tab only” beside the message field. The choice is kept until you change it. The first answer takes longer, because the whole model is downloaded first; later it also works without a connection.",
  },
  swarm: {
    title: "Public swarm",
    words: "Tabs of other people compute your answers together. Each holds some layers of the model.",
    sees: "Sees",
    not: "Does not see",
    tabs: "Helping tabs",
    tabsSees:
      "The tab with the first layers gets your whole chat, word by word. The tab with the last layers gets the answer. Those between get numbers from which much of the text can be guessed. All of them can see your IP address, or one of your network's.",
    tabsNot: "Your name, your other chats, and what you type and don't send.",
    server: "The server of this site",
    serverSees:
      "Your IP address, which model you ask for, how long the chat is, which tabs answer you, and which layers you lend. It uses that to find tabs for you.",
    serverNot: "Your messages and the answers. They go from tab to tab.",
    files: "Where the model's files are",
    filesSees: "Your IP address and which files you load, as with every download.",
    filesNot: "Anything about your chats.",
    trust:
      "Nobody checks who the helping tabs are. They could keep what they read, and a wrong answer is possible. So don't send the public swarm what should stay with you: passwords, other people's data, secrets.",
  },
  kept: {
    title: "What this browser keeps",
    words:
      "Your chats, drafts, settings and the figures of what you donated, and the model's files that were loaded. All of it stays in this browser; nobody else has a copy. Deleting a chat deletes it, and deleting this site's data in the browser deletes everything.",
  },
  giving: {
    title: "When you lend your tab",
    words:
      "Nothing is loaded or computed for others before you press Start. Then your tab is one of the helping tabs: others see its IP address, and the server knows which layers it holds.",
  },
  elsewhere: {
    title: "When another site asks you",
    words:
      "Sites can show a frame of ours that asks whether you lend some of your device while you are there. Nothing is loaded before you say yes, and the site hears only state, sums and errors.",
    link: "What your visit to such a site means",
  },
  back: "Back to the chat",
} as const;
