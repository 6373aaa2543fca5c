/** For pages: a tab with WebRTC, workers and the browser's storage. */
export { createTab } from "./create-tab.ts";
