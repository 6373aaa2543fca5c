import { ManualClock } from "@potluck/link";
import type { Hello, TabId } from "@potluck/protocol";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { expect, onTestFinished, test } from "vitest";
import { connectCoordinator, type Coordinator } from "./coordinator.ts";
import { createKeptIdentity, type KeptIdentity } from "./kept-identity.ts";

/** A server that welcomes everybody, and tells in order what it hears of whom. */
async function startServer() {
  const http = createServer();
  const server = new Server(http);
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  const hear = (what: string): void => {
    heard.push(what);
    for (const look of waiting) look();
  };
  let tabs = 0;
  server.on("connection", (socket) => {
    socket.on("hello", ({ resume }: Hello, answer: (welcome: unknown) => void) => {
      tabs += 1;
      const tab = resume?.tab ?? (tabs.toString(16).padStart(32, "0") as TabId);
      answer({ status: "welcome", tab, secret: `secret of ${tab.at(-1)}`, heartbeatMs: 60_000, iceServers: [] });
      hear(`${resume === undefined ? "new" : resume.secret} ${tab.at(-1)}`);
    });
    socket.on("stop-donating", (_payload, answer: (taken: unknown) => void) => {
      hear("stop-donating");
      answer({ status: "taken" });
    });
    socket.on("disconnect", (reason) => hear(reason === "client namespace disconnect" ? "goodbye" : "lost"));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.close());
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    heard,
    /** Resolves when this much was heard. */
    until: (count: number): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (heard.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

function open(url: string, kept: KeptIdentity): Coordinator {
  const coordinator = connectCoordinator(url, new ManualClock(), kept);
  onTestFinished(() => coordinator.close());
  return coordinator;
}

const welcomed = (coordinator: Coordinator): Promise<void> =>
  new Promise((resolve) => coordinator.onWelcome(() => resolve()));

test("DN21 a tab that closes says goodbye; one that leaves an answer behind does not, but gets its last word out", async () => {
  const { url, heard, until } = await startServer();
  const kept = createKeptIdentity(null);
  const first = open(url, kept);
  await welcomed(first);
  first.call("stop-donating", { why: "leaving" }).catch(() => undefined);
  first.close({ goodbye: false });
  await until(3);
  const second = open(url, kept);
  await welcomed(second);
  second.close();
  await until(5);
  expect(heard).toEqual(["new 1", "stop-donating", "lost", "secret of 1 1", "goodbye"]);
});

test.each([true, false])("DN23 a tab that was put aside (goodbye: %s) comes back as itself", async (goodbye) => {
  const { url, heard, until } = await startServer();
  const coordinator = open(url, createKeptIdentity(null));
  await welcomed(coordinator);
  coordinator.close({ goodbye });
  await until(2);
  const again = welcomed(coordinator);
  coordinator.reopen();
  await again;
  expect(heard).toEqual(["new 1", goodbye ? "goodbye" : "lost", "secret of 1 1"]);
});

test("DN23 a tab that was put aside is a new one when another page has become it", async () => {
  const { url, until, heard } = await startServer();
  const kept = createKeptIdentity(null);
  const coordinator = open(url, kept);
  await welcomed(coordinator);
  coordinator.close();
  await until(2);
  kept.take();
  const again = welcomed(coordinator);
  coordinator.reopen();
  await again;
  expect(heard.at(-1)).toBe("new 2");
});
