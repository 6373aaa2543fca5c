import { expect, test } from "vitest";
import { claimChatKey, type KeyParts } from "./claim-chat-key.ts";

interface BrowserTab {
  readonly session: KeyParts["session"];
  readonly items: Map<string, string>;
}

function browserTab(copyOf?: BrowserTab): BrowserTab {
  const items = new Map(copyOf?.items);
  return {
    items,
    session: { getItem: (name) => items.get(name) ?? null, setItem: (name, value) => void items.set(name, value) },
  };
}

/** Locks of one browser; `pageGone` lets go of what was held when it was called. */
function browserLocks(): { readonly locks: NonNullable<KeyParts["locks"]>; readonly pageGone: () => void } {
  const held = new Map<string, () => void>();
  const waiting: (() => void)[] = [];
  const request = (
    name: string,
    { signal, ifAvailable }: LockOptions,
    callback: LockGrantedCallback<unknown>,
  ): Promise<unknown> =>
    new Promise((_, reject) => {
      const take = (): void => {
        if (signal?.aborted === true) return;
        if (held.has(name) && ifAvailable === true) {
          void callback(null);
          return;
        }
        if (held.has(name)) {
          waiting.push(take);
          return;
        }
        held.set(name, () => held.delete(name));
        void callback({ name, mode: "exclusive" });
      };
      signal?.addEventListener("abort", () => reject(new DOMException("late", "AbortError")));
      take();
    });
  return {
    locks: { request: request as LockManager["request"] },
    pageGone() {
      for (const release of held.values()) release();
      for (const take of waiting.splice(0)) take();
    },
  };
}

function parts(tab: BrowserTab, locks: KeyParts["locks"], patience: AbortSignal | null = null): KeyParts {
  return { session: tab.session, locks, freshKey: () => `key-${(made += 1)}`, patience };
}
let made = 0;

test("WB29 a reload finds the key of the page before it, also when that is not quite gone yet", async () => {
  const { locks, pageGone } = browserLocks();
  const tab = browserTab();
  const first = await claimChatKey(parts(tab, locks));
  const second = claimChatKey(parts(tab, locks, new AbortController().signal));
  pageGone();
  expect(await second).toBe(first);
});

test("WB29 a duplicated tab takes a key of its own, and keeps it", async () => {
  const { locks, pageGone } = browserLocks();
  const original = browserTab();
  const first = await claimChatKey(parts(original, locks));
  const copy = browserTab(original);
  const second = await claimChatKey(parts(copy, locks));
  expect(second).not.toBe(first);
  pageGone();
  expect(await claimChatKey(parts(copy, locks))).toBe(second);
  expect(await claimChatKey(parts(original, locks))).toBe(first);
});

test("WB29 a duplicated tab does not wait for the original's key, so a reload of the original gets it", async () => {
  const { locks, pageGone } = browserLocks();
  const original = browserTab();
  const first = await claimChatKey(parts(original, locks));
  const copied = claimChatKey(parts(browserTab(original), locks));
  const reloaded = claimChatKey(parts(original, locks, new AbortController().signal));
  pageGone();
  expect(await reloaded).toBe(first);
  expect(await copied).not.toBe(first);
});

test("WB29 a reload that waits in vain takes a new key", async () => {
  const { locks } = browserLocks();
  const tab = browserTab();
  const first = await claimChatKey(parts(tab, locks));
  const patience = new AbortController();
  const second = claimChatKey(parts(tab, locks, patience.signal));
  patience.abort();
  expect(await second).not.toBe(first);
});

test("WB29 without locks a reload still finds its key", async () => {
  const tab = browserTab();
  const first = await claimChatKey(parts(tab, null));
  expect(await claimChatKey(parts(tab, null))).toBe(first);
});
