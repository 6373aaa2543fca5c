import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { controlSchema } from "./control/control.ts";
import { encodeFrame } from "./frame/codec.ts";
import type { SessionFrames } from "./frame/frame.ts";
import type { SessionId, TabId } from "./ids.ts";
import { down } from "./signal/down.ts";
import { peerSignalSchema } from "./signal/peer-signal.ts";
import { up } from "./signal/up.ts";
import { PROTOCOL_VERSION } from "./version.ts";

/** The shape of everything on every wire, by version. Add a line when you raise `PROTOCOL_VERSION`; never change one that was released. */
const fingerprints: Record<number, string> = {
  1: "65450d4a7b6247c1",
};

test("PR5 a changed message needs a new PROTOCOL_VERSION", () => {
  const now = createHash("sha256").update(shapes()).digest("hex").slice(0, 16);
  const advice =
    `The shape of a message changed. Raise PROTOCOL_VERSION in version.ts, ` +
    `then add its fingerprint ${now} here, so that old and new pages refuse each other instead of misreading.`;
  expect(now, advice).toBe(fingerprints[PROTOCOL_VERSION]);
});

test("PR5 the fingerprint sees a field, a type, a limit and an allowed value change", () => {
  const before = describeSchema(up.settle.payload);
  expect(before).toContain("session");
  expect(before).toContain("ended");
  expect(before).toContain("[0-9a-f]{32}");
  expect(describeSchema(down.notice)).toContain("1000");
  expect(shapes()).toContain("| 40     | u32    | payload length in bytes");
});

function shapes(): string {
  const table = readFileSync(new URL("./frame/codec.ts", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line.startsWith(" * |"));
  return [
    ...Object.entries(up).map(([name, { payload, answer }]) => [name, describeSchema(payload), describeSchema(answer)]),
    ...Object.entries(down).map(([name, schema]) => [name, describeSchema(schema)]),
    ["control", describeSchema(controlSchema)],
    ["peer signal", describeSchema(peerSignalSchema)],
    table,
    ...exampleFrames(),
  ]
    .map((part) => (typeof part === "string" ? part : part.join(" ")))
    .join("\n");
}

/** The parts of a valibot schema that decide what it takes; functions only by the message beside them. */
function describeSchema(schema: unknown): string {
  const parts = ["type", "entries", "item", "items", "options", "key", "wrapped", "literal", "pipe", "requirement"];
  return JSON.stringify(schema, (key, value: unknown) => {
    if (value instanceof RegExp) return String(value);
    if (typeof value === "function") return "function";
    if (typeof value !== "object" || value === null || Array.isArray(value) || key === "entries") return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => parts.includes(name))
        .concat(checkMessage(value)),
    );
  });
}

function checkMessage(value: object): [string, unknown][] {
  return "message" in value && typeof value.message === "string" ? [["message", value.message]] : [];
}

/** One frame of each kind as hex, less the version byte: the layout itself, whatever the table says. */
function exampleFrames(): string[] {
  const head = { session: "0f1e2d3c4b5a69788796a5b4c3d2e1f0" as SessionId, epoch: 0x01020304, turn: 0x0506 };
  const lap = { computeUs: 1, readBackUs: 2, encodeUs: 3, waitUs: 4 };
  const rows = { position: 9, branch: 0x090a, announced: true, count: 1, width: 2, dtype: "f16" as const, lap };
  const frames: SessionFrames[] = [
    { kind: "tokens", ...head, position: 7, branch: 0x0708, ids: Int32Array.of(8, 9) },
    { kind: "hidden", ...head, ...rows, data: Uint8Array.of(1, 2, 3, 4) },
    { kind: "token", ...head, position: 7, ids: Int32Array.of(300, 301), end: "length", lap },
    { kind: "control", ...head, message: { type: "end", why: "stopped" } },
  ];
  const tab = "a".repeat(32) as TabId;
  const hello = { type: "link-hello" as const, protocol: 0, tab, to: tab };
  return [...frames, { kind: "link" as const, message: hello }].map((frame) =>
    Buffer.from(encodeFrame(frame).subarray(1)).toString("hex"),
  );
}
