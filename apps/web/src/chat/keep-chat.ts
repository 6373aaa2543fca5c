import type { Exchange } from "./chat.ts";
import { chatRecord, readChat, savedAt } from "./kept-chat.ts";

/** Where records are kept, by key. Everything may reject: a storage can be full, forbidden or broken. */
export interface ChatStorage {
  get(key: string): Promise<unknown>;
  set(key: string, record: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  entries(): Promise<readonly (readonly [string, unknown])[]>;
}

export interface ChatKeeper {
  /** The chat as this browser tab left it; empty where there is none or it does not come in time. Never rejects. */
  load(): Promise<readonly Exchange[]>;
  /** Writes the chat, an empty one by forgetting it. Text of an answer in progress waits for its second. Never throws. */
  save(exchanges: readonly Exchange[]): void;
  /** Writes what `save` holds back: the page may be closed without another word. */
  flush(): void;
  /**
   * Flushes, and while the page is leaving takes nothing more: how its answers end then is the page's end and not theirs.
   * A page that comes back says so.
   */
  leaving(now: boolean): void;
}

export interface KeeperParts {
  readonly storage: ChatStorage;
  /** Under which this browser tab's chat is kept, and nobody else's. */
  readonly key: Promise<string>;
  /** Wall clock, in ms. */
  readonly now: () => number;
  /** Aborts when a page has waited long enough for its chat. */
  readonly deadline: () => AbortSignal;
}

/** Text alone is written this often: what a crash may cost, against writing a long chat for every token. */
const textEveryMs = 1000;

/** Browser tabs don't say that they are gone for good, so records of others are forgotten by age. */
const keptForMs = 7 * 24 * 60 * 60 * 1000;

/** Keeps a chat over reloads. A storage that fails costs only that. */
export function keepChat({ storage, key, now, deadline }: KeeperParts): ChatKeeper {
  let savedForm: string | null = null;
  let savedAtMs = -Infinity;
  let held: readonly Exchange[] | null = null;
  let writing = false;
  let left = false;

  async function write(): Promise<void> {
    if (writing) return;
    writing = true;
    // One write at a time, and of all that came meanwhile only the newest.
    for (let next = held; next !== null; next = held) {
      held = null;
      savedAtMs = now();
      try {
        if (next.length === 0) await storage.delete(await key);
        else await storage.set(await key, chatRecord(next, savedAtMs));
      } catch {
        // The chat lives on in the page.
      }
    }
    writing = false;
  }

  async function forgetOld(): Promise<void> {
    for (const [name, record] of await storage.entries()) {
      const at = savedAt(record);
      if ((at === null || now() - at > keptForMs) && name !== (await key)) await storage.delete(name);
    }
  }

  return {
    async load() {
      const signal = deadline();
      const late = new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null)));
      try {
        return readChat(await Promise.race([key.then((name) => storage.get(name)), late]));
      } catch {
        return [];
      } finally {
        forgetOld().catch(() => undefined);
      }
    },
    save(exchanges) {
      if (left) return;
      held = exchanges;
      const form = formOf(exchanges);
      if (form === savedForm && now() - savedAtMs < textEveryMs) return;
      savedForm = form;
      void write();
    },
    flush() {
      void write();
    },
    leaving(now) {
      left = now;
      void write();
    },
  };
}

/** What is written at once when it changes: the answer's state and stage, but not its text. */
function formOf(exchanges: readonly Exchange[]): string {
  const last = exchanges.at(-1);
  if (last === undefined) return "";
  const { state } = last.answer;
  return `${exchanges.length} ${last.key} ${state.kind === "streaming" ? state.stage.kind : state.kind}`;
}
