import type { LoadProgress } from "@potluck/donor";
import type { Words } from "../i18n/create-words.ts";

/** Bytes, and while they come their speed and the time left; and what this device had already. */
export function loadFacts(progress: LoadProgress, t: Words): readonly string[] {
  const { stage, doneBytes, totalBytes, cachedBytes, bytesPerSecond } = progress;
  const facts: string[] = [t("donate:load.bytes", { done: doneBytes, all: totalBytes })];
  if (stage === "download" && bytesPerSecond > 0) {
    // Whole seconds: what is told anew at every piece should not flicker.
    const leftMs = Math.ceil((totalBytes - doneBytes) / bytesPerSecond) * 1000;
    facts.push(t("donate:load.speed", { n: bytesPerSecond }));
    if (leftMs > 0) facts.push(t("donate:load.left", { n: leftMs }));
  }
  if (cachedBytes > 0) facts.push(t("donate:load.cached", { n: cachedBytes }));
  return facts;
}
