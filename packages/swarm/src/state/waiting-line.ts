import type { ModelId, Queued, RequestId, SessionId, TabId, WaitReason } from "@potluck/protocol";

/** A route for a new chat, or hops in place of a running one's lost ones. */
export type Want =
  | { readonly kind: "chat" }
  | { readonly kind: "repair"; readonly session: SessionId; readonly without: Without };

/** Tabs that a repair does without. */
export interface Without {
  /** No hops any more; one that is here all the same, and holds its layers, may be found like any other. */
  readonly lost: ReadonlySet<TabId>;
  /** Not to be found at all. */
  readonly barred: ReadonlySet<TabId>;
}

/** One request that waits. */
export interface Waiting {
  readonly tab: TabId;
  readonly request: RequestId;
  readonly modelId: ModelId;
  readonly contextTokens: number;
  readonly want: Want;
  /** What the asker was last told; null before anything. */
  told: Queued | null;
  /** When. */
  toldMs: number;
}

/** The queues, one a model, first come first served; repairs stand before chats. */
export class WaitingLine {
  readonly #lines = new Map<ModelId, Waiting[]>();

  of(model: ModelId): readonly Waiting[] {
    return this.#lines.get(model) ?? [];
  }

  get length(): number {
    let total = 0;
    for (const line of this.#lines.values()) total += line.length;
    return total;
  }

  ofTab(tab: TabId): readonly Waiting[] {
    return [...this.#lines.values()].flat().filter((w) => w.tab === tab);
  }

  push(waiting: Waiting): void {
    const line = this.#lines.get(waiting.modelId);
    if (line === undefined) this.#lines.set(waiting.modelId, [waiting]);
    else if (waiting.want.kind === "chat") line.push(waiting);
    else {
      const firstChat = line.findIndex(({ want }) => want.kind === "chat");
      line.splice(firstChat === -1 ? line.length : firstChat, 0, waiting);
    }
  }

  /** The repair of a session that waits; undefined when none does. */
  repairOf(session: SessionId, model: ModelId): Waiting | undefined {
    return this.of(model).find(({ want }) => want.kind === "repair" && want.session === session);
  }

  remove(waiting: Waiting): void {
    const left = this.of(waiting.modelId).filter((w) => w !== waiting);
    if (left.length === 0) this.#lines.delete(waiting.modelId);
    else this.#lines.set(waiting.modelId, left);
  }
}

/** Whether an asker that was told `a` would learn anything from the reason `b`. */
export function sameReason(a: WaitReason, b: WaitReason): boolean {
  if (a.kind !== "layers-missing" || b.kind !== "layers-missing") return a.kind === b.kind;
  return (
    a.missing.length === b.missing.length &&
    a.missing.every((range, i) => range.from === b.missing[i]?.from && range.to === b.missing[i]?.to)
  );
}
