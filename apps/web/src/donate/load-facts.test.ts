import type { LoadProgress } from "@potluck/donor";
import { expect, test } from "vitest";
import { wholeWords } from "../../test/whole-words.ts";
import { loadFacts } from "./load-facts.ts";

const { t } = wholeWords();
const progress: LoadProgress = {
  stage: "download",
  doneBytes: 1_700_000,
  totalBytes: 3_400_000,
  cachedBytes: 0,
  bytesPerSecond: 640_000,
};

test.each<[Partial<LoadProgress>, readonly string[]]>([
  [{}, ["1.7 MB of 3.4 MB", "640 kB/s", "about 3 s left"]],
  [{ bytesPerSecond: 0 }, ["1.7 MB of 3.4 MB"]],
  [{ cachedBytes: 800_000 }, ["1.7 MB of 3.4 MB", "640 kB/s", "about 3 s left", "800 kB from this device"]],
  [{ doneBytes: 3_400_000 }, ["3.4 MB of 3.4 MB", "640 kB/s"]],
  [{ stage: "check", doneBytes: 3_400_000 }, ["3.4 MB of 3.4 MB"]],
])("WB54 loading tells bytes, speed and time left: %j", (more, facts) => {
  expect(loadFacts({ ...progress, ...more }, t)).toEqual(facts);
});
