import { expect, test } from "vitest";
import * as v from "valibot";
import type { Server } from "../app/page.ts";
import { askServer } from "./ask-server.ts";

const schema: v.GenericSchema<unknown, number> = v.number();
const stay = new AbortController().signal;

/** Answers nothing, until it is told that nobody waits. */
const silent: Server = (_, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
  });

test("WB64 a server that does not answer in time is told as gone, and one that nobody waits for as nothing", async () => {
  const late = new AbortController();
  const asked = askServer(silent, "/x", schema, stay, {}, () => late.signal);
  late.abort(new DOMException("late", "TimeoutError"));
  expect(await asked).toEqual({ kind: "gone" });

  const left = new AbortController();
  const forgotten = askServer(silent, "/x", schema, left.signal);
  left.abort();
  expect(await forgotten).toBeNull();
});

test.each<[() => Response, object]>([
  [() => Response.json(7), { kind: "here", value: 7 }],
  [() => Response.json("7"), { kind: "odd" }],
  [() => new Response("<html>"), { kind: "odd" }],
  [() => Response.json(7, { status: 500 }), { kind: "odd" }],
  [() => new Response(new ReadableStream({ start: (body) => body.error(new TypeError("cut")) })), { kind: "gone" }],
  [() => new Response("", { status: 401 }), { kind: "token" }],
  [() => new Response("", { status: 429 }), { kind: "too-often" }],
  [
    () => Response.json({ field: "origins", message: "No." }, { status: 400 }),
    { kind: "field", field: "origins", message: "No." },
  ],
  [() => Response.json({ message: "No." }, { status: 400 }), { kind: "field", field: null, message: "No." }],
  [
    () => Response.json({ status: "refused", reason: "site-unknown", message: "Gone." }, { status: 404 }),
    { kind: "field", field: null, message: "Gone." },
  ],
  [() => Response.json({}, { status: 400 }), { kind: "odd" }],
])("WB64 WB65 %s is told as %j", async (answer, told) => {
  expect(await askServer(async () => answer(), "/x", schema, stay)).toEqual(told);
});
