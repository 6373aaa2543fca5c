import {
  type Assigned,
  type Consent,
  down,
  type DownName,
  type DownPayload,
  PROTOCOL_VERSION,
  type RequestId,
  type Route,
  type Segment,
  type SessionId,
  type TabId,
  up,
  type UpAnswer,
  type UpName,
  type UpPayload,
  type Welcome,
} from "@potluck/protocol";
import { io, type Socket } from "socket.io-client";
import * as v from "valibot";

const deadlineMs = 10_000;

/** A tab without a page: speaks to a real coordinator over a real socket and checks all it hears. */
export class TestTab {
  readonly socket: Socket;
  /** Everything heard and not yet taken by {@link next}, in order. */
  readonly heard: { readonly name: string; readonly payload: unknown }[] = [];
  welcome: Welcome | null = null;
  readonly #waiting = new Set<() => void>();
  #closed: string | undefined;
  #requests = 0;

  constructor(
    url: string,
    options: { readonly transports?: string[]; readonly extraHeaders?: Record<string, string> } = {},
  ) {
    this.socket = io(url, { transports: ["websocket"], reconnection: false, forceNew: true, ...options });
    this.socket.onAny((name: string, payload: unknown) => {
      if (!(name in down)) throw new Error(`unknown event ${name}`);
      this.heard.push({ name, payload: v.parse(down[name as DownName], payload) });
      this.#wake();
    });
    this.socket.on("disconnect", (reason) => {
      this.#closed = reason;
      this.#wake();
    });
  }

  get id(): TabId {
    if (this.welcome === null) throw new Error("not welcome yet");
    return this.welcome.tab;
  }

  /** Any event, however wrong, and the answer as it came. */
  async raw(name: string, ...args: unknown[]): Promise<unknown> {
    return (await this.socket.timeout(deadlineMs).emitWithAck(name, ...args)) as unknown;
  }

  async call<N extends UpName>(name: N, payload: UpPayload<N>): Promise<UpAnswer<N>> {
    return v.parse(up[name].answer, await this.raw(name, payload));
  }

  async hello(resume?: { tab: TabId; secret: string }, consent?: string): Promise<this> {
    const answer = await this.call("hello", { protocol: PROTOCOL_VERSION, resume, consent });
    if (answer.status !== "welcome") throw new Error(answer.message);
    this.welcome = answer;
    return this;
  }

  /** As the tab of a partner's visitor. */
  async helloAsGuest({ tab, secret, token }: Consent): Promise<this> {
    return this.hello({ tab, secret }, token);
  }

  /** Takes a segment, or keeps the one it holds, and says that it is ready. */
  async donate(budgetBytes: number, holding: Segment | null = null): Promise<Assigned> {
    const offer = {
      preview: false,
      models: [],
      budgetBytes,
      backend: "wasm" as const,
      f16: false,
      cached: [],
      holding,
      avoid: [],
      country: null,
    };
    const answer = await this.call("donate", offer);
    if (answer.status !== "assigned") throw new Error(answer.message);
    await this.call("status", { donor: "ready", stepMs: 5, sessions: 0, pace: "steady" });
    return answer;
  }

  async ask(modelId: string, contextTokens: number, resume?: SessionId): Promise<UpAnswer<"request-route">> {
    const request = `r${++this.#requests}` as RequestId;
    return this.call(
      "request-route",
      v.parse(up["request-route"].payload, { request, modelId, contextTokens, resume }),
    );
  }

  /** As {@link ask}, where a route must come at once. */
  async mustGet(contextTokens: number): Promise<Route> {
    const answer = await this.ask("test-model", contextTokens);
    if (answer.status !== "ready") throw new Error(JSON.stringify(answer));
    return answer.route;
  }

  /** What brings this tab back under its id. */
  get resume(): { readonly tab: TabId; readonly secret: string } {
    return { tab: this.id, secret: this.welcome?.secret ?? "" };
  }

  /** The next event of this name, heard already or to come; earlier others are dropped. */
  async next<N extends DownName>(name: N): Promise<DownPayload<N>> {
    return this.#until(() => {
      const index = this.heard.findIndex((event) => event.name === name);
      return index === -1 ? undefined : (this.heard.splice(0, index + 1).at(-1)?.payload as DownPayload<N>);
    }, `event ${name}`);
  }

  /** Until the socket is closed; its reason. */
  async closed(): Promise<string> {
    return this.#until(() => this.#closed, "the socket to close");
  }

  /** As a lost network: no goodbye. */
  cut(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.disconnect();
  }

  async #until<T>(look: () => T | undefined, what: string): Promise<T> {
    const found = look();
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), deadlineMs);
      const retry = (): void => {
        const now = look();
        if (now === undefined) return;
        clearTimeout(late);
        this.#waiting.delete(retry);
        resolve(now);
      };
      this.#waiting.add(retry);
    });
  }

  #wake(): void {
    for (const retry of this.#waiting) retry();
  }
}
