import { expect, test } from "vitest";
import { renderLink } from "./render-link.ts";

test("TO7 a frame's time is told as a ratio to its path's delay, and as what it took beyond it", () => {
  const figures = { bytes: 10_240, firstMs: 90, p50Ms: 30, p95Ms: 45 };
  const path = { oneWayMs: 20 };
  const lines = renderLink([
    { ...figures, path, over: { kind: "link", mostAssociations: 4 } },
    { ...figures, path: null, over: { kind: "channels", associations: 1, messageBytes: 4600 } },
  ]).split("\n");
  expect(lines[2]).toMatch(
    /up to 4 associations +\| +20 ms \| +10240 \| +1\.50 × \| +10\.0 ms \| +25\.0 ms \| +70\.0 ms/,
  );
  expect(lines[3]).toMatch(/messages of 4600 +\| no proxy \| +10240 \| +\| +30\.0 ms/);
});
