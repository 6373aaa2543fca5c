/** Where browsers keep pieces of models. */
export { browserPieceStore } from "./browser-piece-store.ts";
