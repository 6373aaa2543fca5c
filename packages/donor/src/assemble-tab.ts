/** Puts a tab together. Everything of the platform comes in, so the same tab runs in a page and in a test. */
import { type Clock, type Link, loopbackLinks } from "@potluck/link";
import { createDropCounter, createSwitchboard } from "@potluck/pipeline";
import { type CachedSegments } from "./donation/cached-segments.ts";
import { createAsker } from "./asking/create-asker.ts";
import { createOwnTab } from "./asking/own-tab.ts";
import { createRouteDesk } from "./asking/route-desk.ts";
import type { Texts } from "./asking/texts.ts";
import type { Coordinator } from "./coordinator/coordinator.ts";
import { createDonation } from "./donation/create-donation.ts";
import type { DeviceReport } from "./donation/donation.ts";
import { createLinkBook, type LinkBook, type ConnectTransport } from "./links/link-book.ts";
import { ProblemError } from "./problem.ts";
import { problems } from "./problems.ts";
import type { Shards } from "./shards.ts";
import type { SwarmStatus, Tab } from "./tab.ts";
import type { StoreApi } from "zustand/vanilla";

export interface TabParts {
  readonly coordinator: Coordinator;
  readonly swarm: StoreApi<SwarmStatus | null>;
  readonly shards: Shards;
  readonly texts: Texts;
  readonly clock: Clock;
  readonly cached: CachedSegments;
  readonly device: () => Promise<DeviceReport>;
  /** WebRTC in a page, the twin in a test. */
  readonly connect: ConnectTransport;
}

export function assembleTab(parts: TabParts): Tab {
  const { coordinator, clock } = parts;
  const drops = createDropCounter();
  const board = createSwitchboard(drops, clock);
  let links: LinkBook | null = null;

  const openLinks = (): void => {
    const identity = coordinator.identity.getState();
    if (identity === null || identity.tab === links?.self) return;
    links?.close();
    const { tab: self, iceServers } = identity;
    const [near, far]: readonly [Link, Link] = loopbackLinks(self);
    far.onFrame((frame) => board.receive(self, frame));
    links = createLinkBook({
      self,
      iceServers,
      clock,
      loopback: near,
      connect: parts.connect,
      onFrame: (from, frame) => board.receive(from, frame),
      onGone: (tab) => board.peerGone(tab),
      async relay(to, data) {
        const answer = await coordinator.call("relay", { to, data });
        if (answer.status === "refused") throw new ProblemError(problems.refused(answer));
      },
    });
  };

  const device = once(parts.device);
  const ownTab = createOwnTab({ shards: parts.shards, device, clock, drops });
  const donation = createDonation({ ...parts, device, board, drops, links: () => links });
  const desk = createRouteDesk(coordinator, clock);
  const asker = createAsker({ ...parts, desk, ownTab, board, drops, peers: () => links });

  coordinator.on("relay", (relayed) => links?.receive(relayed));
  coordinator.on("dismiss", ({ session, why }) => {
    if (why !== "ended") board.askers.get(session)?.dismissed(why === "hop-left" ? "hop-left" : "kv-missing");
  });
  coordinator.onWelcome(() => {
    openLinks();
    donation.rejoin();
  });

  return {
    connection: coordinator.connection,
    swarm: parts.swarm,
    donation,
    asker,
    traffic: () => links?.traffic ?? { sentBytes: 0, receivedBytes: 0 },
    async close() {
      asker.endChat();
      const stopped = donation.stop();
      // What others wait for comes first: a page that is being closed may not get to the rest.
      coordinator.close();
      await stopped;
      await ownTab.close();
      links?.close();
    },
  };
}

/** Remembers the answer, but not a failure. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = null;
      throw error;
    });
    return answer;
  };
}
