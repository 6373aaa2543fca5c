import { type ModelId, randomId, type RequestId, type SessionId, type TabId } from "@potluck/protocol";
import { changeOf, Swarm, swarmModel } from "@potluck/swarm";
import { median } from "./median.ts";
import { table } from "./table.ts";

export interface WatchOptions {
  readonly tabs: number;
  readonly watchers: number;
  /** Seconds of the swarm's life, each measured. */
  readonly seconds: number;
  readonly progress: (line: string) => void;
}

/** What a page that polls waits between two questions. */
const pollSeconds = 2;
/** In a second of it: donors that leave and others that come, answers that end and others that begin. */
const comings = 10;
const answers = 30;
const model = swarmModel({
  id: "watched" as ModelId,
  name: "Watched",
  dtype: "q4",
  maxPositions: 2048,
  activation: "f32",
  manifestUrl: "/models/watched/manifest.json",
  layers: Array.from({ length: 12 }, () => ({ weightBytes: 20_000_000, kvBytesPerToken: 4096 })),
});
const budgetBytes = 4.5 * 20_000_000;

/**
 * A Markdown table: what it costs a coordinator to show a busy swarm to many pages, pushed once for all or polled by each, in
 * this process. Writing to the sockets is not in it; both ways write about as often.
 */
export function measureWatch({ tabs, watchers, seconds, progress }: WatchOptions): string {
  const busy = new BusySwarm(tabs);
  progress(`${tabs} tabs have joined`);
  const costs = {
    pushMs: [] as number[],
    pollMs: [] as number[],
    pushBytes: [] as number[],
    pollBytes: [] as number[],
  };
  let shown = busy.view();
  for (let second = 0; second < seconds; second++) {
    busy.live();
    const pushFrom = performance.now();
    const next = busy.view();
    const change = changeOf(shown, next);
    const pushed = change === null ? "" : JSON.stringify({ number: second, change });
    costs.pushMs.push(performance.now() - pushFrom);
    const pollFrom = performance.now();
    const polled = JSON.stringify(busy.view());
    costs.pollMs.push(performance.now() - pollFrom);
    costs.pushBytes.push(Buffer.byteLength(pushed));
    costs.pollBytes.push(Buffer.byteLength(polled));
    shown = next;
  }
  const perSecond = watchers / pollSeconds;
  const push = { ms: median(costs.pushMs), bytes: median(costs.pushBytes) };
  const poll = { ms: median(costs.pollMs) * perSecond, bytes: median(costs.pollBytes) / pollSeconds };
  const row = (name: string, { ms, bytes }: typeof push): string[] => [
    name,
    `${ms.toFixed(1)} ms`,
    `${(bytes / 1000).toFixed(1)} kB`,
  ];
  const share = (a: number, b: number): string => (a / b).toPrecision(2);
  return `${table([
    ["", "CPU a second, all watchers", "a watcher and second"],
    row("pushed, once a second", push),
    row(`polled, every ${pollSeconds} s`, poll),
    ["push ÷ poll", share(push.ms, poll.ms), share(push.bytes, poll.bytes)],
  ])}

${watchers} watchers of ${tabs} donors, of whom ${shown.nodes.length} are in the picture with ${shown.links.length} links; each second ${comings} donors leave and as many come, ${answers} answers end and as many begin, and a third of the donors tell their links anew. Medians of ${seconds} seconds; computing and serializing alone, not the writes to sockets, uncompressed.`;
}

/** A swarm in which something happens all the time. */
class BusySwarm {
  readonly #swarm = new Swarm({ models: [model], randomId, secretFor: (tab) => tab });
  #nowMs = 0;
  #donors: TabId[] = [];
  #chats: { readonly asker: TabId; readonly session: SessionId }[] = [];
  #asked = 0;

  constructor(tabs: number) {
    for (let i = 0; i < tabs; i++) this.#come();
    for (const at of this.#donors.keys()) this.#measure(at);
    for (let i = 0; i < answers * 5; i++) this.#ask();
  }

  view(): ReturnType<Swarm["view"]> {
    return this.#swarm.view(this.#nowMs);
  }

  /** One second. */
  live(): void {
    this.#nowMs += 1000;
    for (const tab of this.#donors) this.#swarm.heard(tab, this.#nowMs);
    for (const { asker } of this.#chats) this.#swarm.heard(asker, this.#nowMs);
    for (const tab of this.#donors.splice(0, comings)) this.#swarm.leave(tab, this.#nowMs);
    for (let i = 0; i < comings; i++) this.#come();
    for (const at of this.#donors.keys()) if (at % 3 === (this.#nowMs / 1000) % 3) this.#measure(at);
    for (const { asker, session } of this.#chats.splice(0, answers)) {
      this.#swarm.settle(asker, { session, state: "ended", tokens: 120 }, this.#nowMs);
      this.#swarm.leave(asker, this.#nowMs);
    }
    for (const { asker, session } of this.#chats) this.#swarm.answered(asker, { session, tokens: 40 }, this.#nowMs);
    for (let i = 0; i < answers; i++) this.#ask();
  }

  #come(): void {
    const { tab } = this.#swarm.join(undefined, this.#nowMs).answer;
    const offer = { models: [], budgetBytes, backend: "webgpu", f16: true, cached: [], holding: null } as const;
    this.#swarm.donate(tab, { ...offer, preview: false, avoid: [], country: null }, this.#nowMs);
    this.#swarm.status(tab, { donor: "ready", stepMs: 8, sessions: 0, pace: "steady" }, this.#nowMs);
    this.#donors.push(tab);
  }

  #measure(at: number): void {
    const tab = this.#donors[at];
    if (tab === undefined) return;
    const links = Array.from({ length: 8 }, (_, i) => ({
      tab: this.#donors[(at + 1 + i * 7) % this.#donors.length] ?? tab,
      ms: 20 + i * 9 + Math.random() * 3,
    }));
    this.#swarm.measured(tab, { links });
  }

  #ask(): void {
    const { tab: asker } = this.#swarm.join(undefined, this.#nowMs).answer;
    const request = `r${this.#asked++}` as RequestId;
    const { answer } = this.#swarm.requestRoute(asker, { request, modelId: model.id, contextTokens: 256 }, this.#nowMs);
    if (answer.status === "ready") this.#chats.push({ asker, session: answer.route.session });
    else this.#swarm.leave(asker, this.#nowMs);
  }
}
