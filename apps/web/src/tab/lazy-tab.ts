import type {
  AskEvent,
  Asker,
  Connection,
  Donation,
  DonationRules,
  DonationState,
  Ledger,
  Problem,
  SwarmStatus,
  Tab,
} from "@potluck/donor";
import type { SwarmView } from "@potluck/protocol";
import { PageError } from "./page-error.ts";
import { deferStore } from "./deferred-store.ts";

const notLoaded: Problem = {
  code: "server-gone",
  id: "codeMissing",
  what: "The code that talks to the swarm could not be loaded.",
  advice: "Check your internet connection, then reload the page.",
};

/**
 * A Tab that can be used at once while the real one is still being downloaded, so that the page paints before a single byte
 * of the swarm's code has come. What is called before then is carried out when it is there.
 */
export function lazyTab(load: () => Promise<Tab>): Tab {
  const connection = deferStore<Connection>({ kind: "connecting" });
  const swarm = deferStore<SwarmStatus | null>(null);
  const view = deferStore<SwarmView | null>(null);
  const state = deferStore<DonationState>({ kind: "idle" });
  const ledger = deferStore<Ledger>(new Map());
  let wantedBudget: number | null = null;
  let wantedRules: DonationRules | null = null;
  let arrival: { kind: "awaited" } | { kind: "here"; tab: Tab } | { kind: "failed" } = { kind: "awaited" };

  const loaded = load().then(
    (tab) => {
      arrival = { kind: "here", tab };
      connection.become(tab.connection);
      swarm.become(tab.swarm);
      view.become(tab.view);
      ledger.become(tab.donation.ledger);
      if (wantedRules !== null) tab.donation.setRules(wantedRules);
      if (wantedBudget !== null) tab.donation.start(wantedBudget);
      state.become(tab.donation.state);
      return tab;
    },
    (error: unknown) => {
      arrival = { kind: "failed" };
      connection.store.setState({ kind: "offline", problem: notLoaded }, true);
      if (wantedBudget !== null) state.store.setState({ kind: "error", problem: notLoaded }, true);
      throw new PageError(notLoaded, { cause: error });
    },
  );
  loaded.catch(() => undefined);

  const donation: Donation = {
    state: state.store,
    device: async () => (await loaded).donation.device(),
    preview: async (budgetBytes) => (await loaded).donation.preview(budgetBytes),
    start(budgetBytes) {
      switch (arrival.kind) {
        case "here":
          arrival.tab.donation.start(budgetBytes);
          break;
        case "awaited":
          wantedBudget ??= budgetBytes;
          state.store.setState({ kind: "joining" }, true);
          break;
        case "failed":
          state.store.setState({ kind: "error", problem: notLoaded }, true);
          break;
        default:
          arrival satisfies never;
      }
    },
    async stop() {
      wantedBudget = null;
      if (arrival.kind === "here") await arrival.tab.donation.stop();
      else state.store.setState({ kind: "idle" }, true);
    },
    finish() {
      if (arrival.kind === "here") arrival.tab.donation.finish();
      // Nothing runs yet that could be finished.
      else void donation.stop();
    },
    setRules(rules) {
      wantedRules = rules;
      if (arrival.kind === "here") arrival.tab.donation.setRules(rules);
    },
    // Nothing runs yet that could rest.
    pause: () => (arrival.kind === "here" ? arrival.tab.donation.pause() : undefined),
    resume: () => (arrival.kind === "here" ? arrival.tab.donation.resume() : undefined),
    sensors: async () => (await loaded).donation.sensors(),
    allowIdle: async () => (await loaded).donation.allowIdle(),
    probe: async (onProgress, signal) => (await loaded).donation.probe(onProgress, signal),
    cache: {
      list: async () => (await loaded).donation.cache.list(),
      remove: async (modelId) => (await loaded).donation.cache.remove(modelId),
    },
    ledger: ledger.store,
  };

  const asker: Asker = {
    async *ask(request, signal): AsyncGenerator<AskEvent> {
      const tab = await loaded;
      yield* tab.asker.ask(request, signal);
    },
    unfinished: async () => (await loaded).asker.unfinished(),
    async *carryOn(signal): AsyncGenerator<AskEvent> {
      const tab = await loaded;
      yield* tab.asker.carryOn(signal);
    },
    endChat() {
      // What an earlier page left unfinished is forgotten too, once there is somebody to forget it.
      if (arrival.kind === "here") arrival.tab.asker.endChat();
      else loaded.then((tab) => tab.asker.endChat()).catch(() => undefined);
    },
  };

  return {
    connection: connection.store,
    swarm: swarm.store,
    view: view.store,
    donation,
    asker,
    traffic: () => (arrival.kind === "here" ? arrival.tab.traffic() : { sentBytes: 0, receivedBytes: 0 }),
    async close() {
      if (arrival.kind === "failed") return;
      await (await loaded).close();
    },
  };
}
