import { ManualClock } from "@potluck/link";
import { type Hello, type RefusalReason, refuse, type TabId } from "@potluck/protocol";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import { expect, onTestFinished, test } from "vitest";
import { createConsentedIdentity } from "./consented-identity.ts";
import { connectCoordinator, type Coordinator } from "./coordinator.ts";

const identity = { tab: "b".repeat(32) as TabId, secret: "from the consent" };

/** A coordinator that welcomes a guest until it has a reason not to. */
async function startServer() {
  const http = createServer();
  const server = new Server(http);
  const made = {
    hellos: [] as Hello[],
    sockets: [] as Socket[],
    refusal: null as RefusalReason | null,
    url: "",
  };
  server.on("connection", (socket) => {
    made.sockets.push(socket);
    socket.on("hello", (hello: Hello, answer: (welcome: unknown) => void) => {
      made.hellos.push(hello);
      if (made.refusal !== null) return answer(refuse(made.refusal, "It was withdrawn. Ask again."));
      answer({ status: "welcome", ...identity, heartbeatMs: 60_000, iceServers: [] });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.close());
  made.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return made;
}

function open(url: string) {
  const clock = new ManualClock();
  const coordinator = connectCoordinator(url, clock, createConsentedIdentity(identity), "a consent");
  onTestFinished(() => coordinator.close());
  return { clock, coordinator };
}

const told = ({ connection }: Coordinator): string => {
  const now = connection.getState();
  return now.kind === "offline" ? now.problem.code : now.kind;
};
const until = ({ connection }: Coordinator, what: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      const now = connection.getState();
      if ((now.kind === "offline" ? now.problem.code : now.kind) === what) resolve();
    };
    connection.subscribe(look);
    look();
  });

test("DN46 SG21 a guest says hello with its consent, as the tab that it names, also after a lost connection and from the page cache", async () => {
  const server = await startServer();
  const { coordinator } = open(server.url);
  await until(coordinator, "online");
  server.sockets[0]?.conn.close();
  await until(coordinator, "server-gone");
  await until(coordinator, "online");
  coordinator.close();
  await until(coordinator, "server-gone");
  coordinator.reopen();
  await until(coordinator, "online");
  const hello = (anew: boolean) => ({ consent: "a consent", resume: { ...identity, anew } });
  expect(server.hellos).toMatchObject([hello(true), hello(false), hello(false)]);
});

test("DN46 a guest whose socket the coordinator closed says hello again, is refused, and does not try again", async () => {
  const server = await startServer();
  const { clock, coordinator } = open(server.url);
  await until(coordinator, "online");
  server.refusal = "site-revoked";
  server.sockets[0]?.conn.close();
  await until(coordinator, "server-gone");
  await until(coordinator, "consent");
  expect(coordinator.connection.getState()).toMatchObject({
    problem: { what: "It was withdrawn.", advice: "Ask again.", values: { reason: "site-revoked" } },
  });
  await coordinator.reach();
  coordinator.reopen();
  await expect(coordinator.call("watch", { on: true })).rejects.toMatchObject({
    problem: { code: "server-gone" },
  });
  expect([told(coordinator), server.hellos.length, clock.pending]).toEqual(["consent", 2, 0]);
});
