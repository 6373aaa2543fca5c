import { expect, test } from "vitest";
import { readQuery } from "./query.ts";

test.each([
  ["?backend=wasm", "wasm", "?backend=wasm"],
  ["?backend=webgpu&utm=x", "webgpu", "?backend=webgpu"],
  ["?backend=cuda", "auto", ""],
  ["", "auto", ""],
  ["?fake=busy&backend=wasm", "wasm", "?backend=wasm&fake=busy"],
] as const)("WB10 %s forces %s, and links keep %s", (search, backend, kept) => {
  expect(readQuery(search)).toMatchObject({ backend, kept });
});

test.each([
  ["?speculation=off&backend=wasm", false, "?backend=wasm&speculation=off"],
  ["?speculation=on", true, ""],
  ["", true, ""],
] as const)("WB10 %s: guessing is %s, and links keep %s", (search, speculation, kept) => {
  expect(readQuery(search)).toMatchObject({ speculation, kept });
});
