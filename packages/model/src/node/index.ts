/** What needs Node. */
export { folderSource } from "./folder-source.ts";
export { folderPieceStore } from "./folder-store.ts";
