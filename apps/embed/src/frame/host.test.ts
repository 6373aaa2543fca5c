import type { FromFrame } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createHost, type Host } from "./host.ts";

const origin = "https://partner.example";
const hello = { potluck: 1, type: "hello", position: "corner", theme: "auto", language: "" };

function makeHost(origins: readonly string[] | null = [origin]): {
  readonly host: Host;
  readonly heard: unknown[];
  readonly told: [string, FromFrame][];
  readonly say: (data: unknown, from?: string, source?: unknown) => void;
} {
  const told: [string, FromFrame][] = [];
  const heard: unknown[] = [];
  const around = { postMessage: (message: FromFrame, target: string) => void told.push([target, message]) };
  let listener: (event: Pick<MessageEvent, "source" | "origin" | "data">) => void = () => undefined;
  const host = createHost({
    around: around as unknown as Window,
    listen: (heardIt) => void (listener = heardIt),
    origins,
    onHello: (message, from) => heard.push([message.type, from]),
    onMessage: (message) => heard.push(message.type),
  });
  return {
    host,
    heard,
    told,
    say: (data, from = origin, source = around) => listener({ data, origin: from, source: source as Window }),
  };
}

test("EB2 messages count only from the page around, of a registered origin, and after its hello", () => {
  const { heard, say } = makeHost();
  say({ potluck: 1, type: "open" });
  say(hello, "https://evil.example");
  say(hello, origin, { postMessage: () => undefined });
  expect(heard).toEqual([]);
  say(hello);
  say({ potluck: 1, type: "open" });
  say({ potluck: 1, type: "pause" });
  expect(heard).toEqual([["hello", origin], "open", "pause"]);
});

test("EB2 what does not fit is not heard, and there is no word that starts", () => {
  const { heard, say } = makeHost();
  say(hello);
  heard.length = 0;
  for (const data of [
    null,
    "start",
    { potluck: 1, type: "start" },
    { potluck: 1, type: "yes" },
    { potluck: 1, type: "resume" },
    { potluck: 2, type: "open" },
    { potluck: 1, type: "frames", suffers: "no" },
    { ...hello, position: "everywhere" },
    { ...hello, language: "x".repeat(65) },
  ])
    say(data);
  expect(heard).toEqual([]);
});

test("EB16 before its hello a page hears only that somebody listens, then its own origin alone is told", () => {
  const { host, told, say } = makeHost([origin, "https://other.example"]);
  host.tell({ type: "state", detail: { state: "asking" } });
  expect(told).toEqual([["*", { potluck: 1, type: "ready" }]]);
  say(hello);
  say(hello, "https://other.example");
  host.tell({ type: "state", detail: { state: "asking" } });
  expect(told.slice(1)).toEqual([[origin, { potluck: 1, type: "state", detail: { state: "asking" } }]]);
});

test("EB16 where the site is refused, whoever is around hears why", () => {
  const { host, told, say } = makeHost(null);
  say(hello, "https://unknown.example");
  host.tell({ type: "error", detail: { reason: "site-unknown", message: "No such site." } });
  expect(told.at(-1)?.[0]).toBe("https://unknown.example");
});
