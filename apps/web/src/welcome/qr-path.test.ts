import { encode } from "uqr";
import { expect, test } from "vitest";
import { qrPath } from "./qr-path.ts";

test("WB60 the QR code's picture has exactly its dark cells, inside four light ones", () => {
  const { data, size } = encode("https://potluck.example/", { ecc: "M", border: 4 });
  const dark = new Set<string>();
  for (const [, x = "", y = "", width = ""] of qrPath(data).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(width); i += 1) dark.add(`${Number(x) + i},${y}`);
  }
  const expected = data.flatMap((row, y) => row.flatMap((cell, x) => (cell ? [`${x},${y}`] : [])));
  expect([...dark].toSorted()).toEqual(expected.toSorted());
  const places = expected.flatMap((cell) => cell.split(",").map(Number));
  expect([Math.min(...places), Math.max(...places)]).toEqual([4, size - 5]);
});
