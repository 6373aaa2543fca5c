import type { ModelId, Queued, RequestId, TabId, WaitReason } from "@potluck/protocol";

/** One request that waits. */
export interface Waiting {
  readonly tab: TabId;
  readonly request: RequestId;
  readonly modelId: ModelId;
  readonly contextTokens: number;
  /** What the asker was last told; null before anything. */
  told: Queued | null;
}

/** The queues, one a model, first come first served. */
export class WaitingLine {
  readonly #lines = new Map<ModelId, Waiting[]>();

  of(model: ModelId): readonly Waiting[] {
    return this.#lines.get(model) ?? [];
  }

  models(): readonly ModelId[] {
    return [...this.#lines.keys()];
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
    else line.push(waiting);
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
