/**
 * What went wrong and what to do, by the problem's id: the sentences of packages/donor/src/problems.ts, which English pages
 * show as they come, with generic ones for the server's refusals, whose words are English. Other languages say these.
 */
export const problems = {
  serverGone: {
    what: "Potluck's server can't be reached.",
    advice: "It is tried again by itself; check your connection if this stays. A model in this tab works without it.",
  },
  internal: {
    what: "Something went wrong in Potluck itself ({{detail}}).",
    advice: "Reload the page; if it comes back, please report it.",
  },
  versionMismatch: { what: "This page and the server are of different versions.", advice: "Reload the page." },
  budgetTooSmall: {
    what: "The memory budget is too small for any part of a model.",
    advice: "Raise the memory budget and start again.",
  },
  heldBeside: {
    what: "Other tabs of this browser hold every layer that this one could take.",
    advice: "It takes over by itself when one of them closes.",
  },
  unknownModel: {
    what: "The server has no model for this.",
    advice: "Use a device that can run it, or ask whoever runs this server for another model.",
  },
  contextTooLong: {
    what: "The chat is longer than the swarm can take.",
    advice: "Start a new chat, or shorten the message.",
  },
  consent: {
    what: "The server does not admit this frame any more.",
    advice: "Donate in a tab of its own.",
  },
  rateLimited: { what: "That was more at once than the server allows one tab.", advice: "Try again in a moment." },
  queueFull: { what: "Too many people wait for this model.", advice: "Try again in a few minutes, or donate." },
  refused: { what: "The server did not grant this.", advice: "Try again in a moment." },
  queueTimeout: {
    what: "Nobody was free to answer for ten minutes.",
    advice: "Try again later, or run the model in this tab.",
  },
  heldByWindow: {
    what: "Another window of this browser has kept this model for ten minutes.",
    advice: "Stop its answer or close that window, then try again.",
  },
  linkFailed: {
    what: "This tab could not connect to a tab that would compute the answer.",
    advice: "Try again; if it stays, your network may block WebRTC: run the model in this tab instead.",
  },
  contextFull: {
    what: "With this message the chat is {{promptTokens}} tokens long; the model reads at most {{maxPositions}}.",
    advice: "Start a new chat, or shorten the message.",
  },
  weightsUnreachable: {
    what: "The model's files could not be loaded.",
    advice: "What came is kept: start again to go on from there. {{detail}}",
  },
  notKept: {
    what: "These layers work, but this browser could not keep them: the next visit will load them again.",
    advice: "{{detail}}",
  },
  noWebgpu: {
    what: "{{detail}}",
    advice: "Turn on hardware acceleration or use a current Chrome, Edge or Safari; or let the CPU work (slower).",
  },
  noF16: { what: "{{detail}}", advice: "Choose a model without f16, such as one whose name ends in q4." },
  deviceLost: {
    what: "The graphics device was lost: its driver restarted, or it was unplugged.",
    advice: "Start again; if it comes back, lower the memory budget.",
  },
  outOfMemory: {
    what: "This device ran out of memory.",
    advice: "Lower the memory budget, or close other tabs, and start again.",
  },
  knownAnswer: {
    what: "This device computed a known answer wrongly, so it does not serve others.",
    advice: "Update the graphics driver or the browser, or use ?backend=wasm.",
  },
  weightsCorrupt: {
    what: "A file of this model is not what it should be, so it is not run.",
    advice:
      "Start again later, which loads only what is still missing; if it stays, tell whoever runs this server: {{detail}}",
  },
  workerCrashed: {
    what: "The part of the page that runs the model crashed.",
    advice: "Start again; if it comes back, lower the memory budget.",
  },
  modelFault: {
    what: "The model could not run ({{detail}}).",
    advice: "Reload the page; if it comes back, please report it.",
  },
  hopLeft: {
    what: "A tab that computed this answer has left.",
    advice: "Try again: it starts anew once other tabs hold these layers; or run the model in this tab.",
  },
  hopSilent: {
    what: "A tab that computed this answer has gone silent.",
    advice: "Try again: the answer starts anew.",
  },
  contextGrown: {
    what: "The chat has grown past what was reserved for it.",
    advice: "Start a new chat, or ask for a shorter answer.",
  },
  chatForgotten: {
    what: "The tabs that helped have forgotten this chat.",
    advice: "Try again: it is read anew.",
  },
  hopFailed: {
    what: "A tab that computed this answer could not go on.",
    advice: "Try again: the answer starts anew through other tabs.",
  },
  noModel: {
    what: "The swarm did not say which models it has.",
    advice: "Check your internet connection, then try again.",
  },
  servesNone: { what: "This server serves no model yet.", advice: "Whoever runs it can add one." },
  codeMissing: {
    what: "The code that talks to the swarm could not be loaded.",
    advice: "Check your internet connection, then reload the page.",
  },
  pageFault: {
    what: "Something in this page went wrong.",
    advice: "Try again; if it happens again, reload the page.",
  },
  cutOff: {
    what: "This answer broke off when the page was closed.",
    advice: "Retry goes on with it, or asks its question again.",
  },
  writtenElsewhere: {
    what: "Another window is writing an answer in this chat.",
    advice: "Try again when it is done.",
  },
  otherModel: {
    what: "The model that began this answer can't be asked now.",
    advice: "Choose it again when it is being served, or ask the question anew.",
  },
  chatsNotKept: {
    what: "This browser does not let the page keep your chats.",
    advice: "Delete old chats or free some disk space, and leave private browsing; until then export what you need.",
  },
} as const;
