import { expect, test } from "vitest";
import { isThisDevice } from "./is-this-device.ts";

test.each([
  ["http://localhost:8787/", true],
  ["http://127.0.0.1:8787/", true],
  ["http://[::1]:8787/", true],
  ["http://192.168.1.20:8787/", false],
  ["https://localhost.example/", false],
])("WB60 whether %s is of no use on another device: %s", (url, expected) => {
  expect(isThisDevice(url)).toBe(expected);
});
