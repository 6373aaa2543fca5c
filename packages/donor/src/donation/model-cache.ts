import type { Manifest, PieceStore } from "@potluck/model";
import type { ModelId, Segment } from "@potluck/protocol";
import type { WindowLocks } from "../sharing/window-locks.ts";
import type { CachedSegments } from "./cached-segments.ts";
import type { CachedModel, ModelCache } from "./donation.ts";

export interface ModelCacheOptions {
  readonly store: () => Promise<PieceStore>;
  /** From the network, or the last good one; rejects when there is neither. */
  readonly manifest: (modelId: ModelId) => Promise<Manifest>;
  /** Models that the swarm tells of, their drafts among them. */
  readonly known: () => readonly ModelId[];
  readonly draftOf: (modelId: ModelId) => Segment | null;
  readonly cached: CachedSegments;
  readonly windows: WindowLocks;
}

/** Bytes by hash. */
type Pieces = ReadonlyMap<string, number>;

/**
 * WB58: what is kept, by model. The store knows pieces by their hash alone, so what belongs to which model comes from the
 * manifests; a piece that two models share counts for both, and goes with the last of them.
 */
export function createModelCache({ store, manifest, known, draftOf, cached, windows }: ModelCacheOptions): ModelCache {
  const piecesOf = async (modelId: ModelId): Promise<Pieces> => {
    const { tensors, skeleton, knownAnswers, tokenizer } = await manifest(modelId);
    const pieces = tensors.flatMap((tensor) => tensor.pieces);
    const files = [skeleton, knownAnswers.file, ...tokenizer];
    return new Map([
      ...pieces.map(({ sha256, lengthBytes }) => [sha256, lengthBytes] as const),
      ...files.map(({ sha256, sizeBytes }) => [sha256, sizeBytes] as const),
    ]);
  };

  const kept = async (pieces: Pieces, from: PieceStore): Promise<Pieces> => {
    const there = await Promise.all(
      Array.from(pieces, async ([sha256, bytes]) => ((await from.has(sha256)) ? ([[sha256, bytes]] as const) : [])),
    );
    return new Map(there.flat());
  };

  const models = (): readonly ModelId[] => [...new Set([...known(), ...cached.list().map(({ modelId }) => modelId)])];

  /** Everything kept of every model whose manifest can be had. */
  const look = async (from: PieceStore): Promise<ReadonlyMap<ModelId, Pieces>> => {
    const found = await Promise.allSettled(
      models().map(async (modelId) => [modelId, await kept(await piecesOf(modelId), from)] as const),
    );
    return new Map(found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
  };

  const used = async (): Promise<ReadonlySet<ModelId>> =>
    new Set(
      (await windows.inUse()).flatMap(({ modelId }) => {
        const draft = draftOf(modelId);
        return draft === null ? [modelId] : [modelId, draft.modelId];
      }),
    );

  const total = (pieces: Pieces): number => Array.from(pieces.values()).reduce((sum, bytes) => sum + bytes, 0);

  return {
    async list() {
      const [all, inUse] = await Promise.all([look(await store()), used()]);
      return Array.from(all, ([modelId, pieces]): CachedModel => ({
        modelId,
        bytes: total(pieces),
        inUse: inUse.has(modelId),
      }))
        .filter(({ bytes }) => bytes > 0)
        .toSorted((a, b) => b.bytes - a.bytes);
    },
    // While this window chooses, nobody begins to load.
    remove: (modelId) =>
      windows.placing(async () => {
        if ((await used()).has(modelId)) return false;
        const from = await store();
        const all = await look(from);
        const others = [...all].filter(([id]) => id !== modelId).flatMap(([, pieces]) => [...pieces.keys()]);
        const needed = new Set(others);
        const own = [...(all.get(modelId)?.keys() ?? [])].filter((sha256) => !needed.has(sha256));
        cached.forget(modelId);
        await Promise.all(own.map((sha256) => from.delete(sha256)));
        return true;
      }, new AbortController().signal),
  };
}
