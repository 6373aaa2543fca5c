/**
 * A shard runner without a model: each layer mixes a row with everything that came before it, in integers, so that one
 * wrong, lost, doubled or misplaced row changes every later token. `oracleAnswer` says what must come out.
 */
import {
  EngineError,
  type HiddenRows,
  type RunJob,
  type RunResult,
  type SampleRequest,
  type ShardRunner,
} from "@potluck/engine";

export const oracleVocabulary = 5000;
const width = 2;

/** One 32-bit mixing step (the finaliser of MurmurHash3, public domain). */
function mix(a: number, b: number): number {
  let h = (Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b) ^ b) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

function draw(value: number, sample: Pick<SampleRequest, "temperature" | "seed" | "position">): number {
  const noise = sample.temperature === 0 ? 0 : mix(sample.seed, sample.position);
  return mix(value, noise) % oracleVocabulary;
}

/** The ids that `layerCount` oracle layers answer with, undisturbed and uncut, until `stop` or `count` ids. */
export function oracleAnswer(
  promptIds: readonly number[],
  layerCount: number,
  options: {
    readonly count: number;
    readonly stop?: readonly number[];
    readonly temperature?: number;
    readonly seed?: number;
  },
): number[] {
  const caches = Array.from({ length: layerCount }, () => 0);
  const answer: number[] = [];
  const run = (id: number): number => {
    let value = id;
    for (let layer = 0; layer < layerCount; layer++) {
      value = mix(mix(value, layer), caches[layer] ?? 0);
      caches[layer] = value;
    }
    return value;
  };
  let value = 0;
  for (const id of promptIds) value = run(id);
  while (answer.length < options.count) {
    const position = promptIds.length + answer.length;
    const id = draw(value, { temperature: options.temperature ?? 0, seed: options.seed ?? 0, position });
    answer.push(id);
    if (options.stop?.includes(id)) break;
    value = run(id);
  }
  return answer;
}

export interface OracleOptions {
  readonly layerCount: number;
  /** Positions over all sessions. */
  readonly kvTokens?: number;
  /** Where a draft model draws something else than the model itself. */
  readonly errs?: (position: number) => boolean;
  /** Awaited in each run, so that a test decides when a step ends. */
  readonly pause?: () => Promise<void>;
}

export interface OracleRunner extends ShardRunner {
  readonly openSessions: ReadonlyMap<string, unknown>;
  /** Makes the shard go, as a lost device would. */
  lose(error: EngineError): void;
}

interface Kv {
  contextTokens: number;
  /** Per layer of the range, the value of each position. */
  readonly layers: number[][];
}

export function createOracleRunner(
  range: { readonly from: number; readonly to: number },
  options: OracleOptions,
): OracleRunner {
  const sessions = new Map<string, Kv>();
  let lose: (error: EngineError) => void = () => undefined;
  const gone = new Promise<EngineError>((resolve) => {
    lose = resolve;
  });
  let lost: EngineError | null = null;
  void gone.then((error) => {
    lost = error;
  });
  const hasHead = range.to === options.layerCount;
  let tail: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  };

  const through = (kv: Kv, row: number): number =>
    kv.layers.reduce((value, cache, i) => {
      const next = mix(mix(value, range.from + i), cache.at(-1) ?? 0);
      cache.push(next);
      return next;
    }, row);

  const run = async (job: RunJob): Promise<RunResult> => {
    await options.pause?.();
    if (lost !== null) throw lost;
    const kv = sessions.get(job.session);
    if (kv === undefined) throw new EngineError("unknown-session", "no such session");
    const length = kv.layers[0]?.length ?? 0;
    if (job.position !== length) throw new EngineError("position", `position ${job.position}, length ${length}`);
    const rows = job.input.kind === "tokens" ? [...job.input.ids] : unpack(job.input);
    if (length + rows.length > kv.contextTokens) throw new EngineError("context-full", "full");
    const out = rows.map((row) => through(kv, row));
    const times = { waitUs: 0, computeUs: 1, readBackUs: 0, encodeUs: 0 };
    if (!hasHead) return { kind: "hidden", times, ...pack(out) };
    if (job.draw === null) return { kind: "filled", times };
    const { from, sample, drafts, more = 0 } = job.draw;
    if (drafts.length !== rows.length - from - 1) throw new EngineError("position", "drafts that are not the rows");
    const ids: number[] = [];
    const drawn = (value: number): number => {
      const position = sample.position + ids.length;
      const id = draw(value, { ...sample, position });
      return options.errs?.(position) === true ? (id + 1) % oracleVocabulary : id;
    };
    for (const [i, value] of out.slice(from).entries()) {
      const id = drawn(value);
      ids.push(id);
      if (drafts[i] !== id) break;
    }
    for (let i = 0; i < more; i++) ids.push(drawn(through(kv, ids.at(-1) ?? 0)));
    return { kind: "tokens", ids: Int32Array.from(ids), times };
  };

  return {
    range,
    hasEmbedding: range.from === 0,
    hasHead,
    hiddenSize: width,
    openSessions: sessions,
    gone,
    lose: (error) => lose(error),
    run: (job) => inOrder(() => run(job)),
    openSession: (session, contextTokens) =>
      inOrder(async () => {
        const others = [...sessions]
          .filter(([id]) => id !== session)
          .reduce((sum, [, kv]) => sum + kv.contextTokens, 0);
        if (others + contextTokens > (options.kvTokens ?? Number.POSITIVE_INFINITY)) {
          throw new EngineError("out-of-memory", "no room for the session");
        }
        const known = sessions.get(session);
        if (known === undefined) {
          sessions.set(session, { contextTokens, layers: Array.from({ length: range.to - range.from }, () => []) });
        } else known.contextTokens = contextTokens;
      }),
    copyPositions: (from, to, length) =>
      inOrder(async () => {
        if (lost !== null) throw lost;
        const [given, taken] = [sessions.get(from), sessions.get(to)];
        if (given === undefined || taken === undefined) throw new EngineError("unknown-session", "no such session");
        const positions = given.layers[0]?.length ?? 0;
        if ((taken.layers[0]?.length ?? 0) > 0) throw new EngineError("position", "not empty");
        if (length > positions) throw new EngineError("position", "shorter");
        if (length > taken.contextTokens) throw new EngineError("context-full", "full");
        for (const [i, cache] of given.layers.entries()) taken.layers[i]?.push(...cache.slice(0, length));
      }),
    truncate: (session, length) =>
      inOrder(async () => {
        for (const cache of sessions.get(session)?.layers ?? []) {
          if (cache.length < length) throw new EngineError("position", "shorter");
          cache.length = length;
        }
      }),
    closeSession: (session) =>
      inOrder(async () => {
        sessions.delete(session);
      }),
    close: async () => lose(new EngineError("closed", "closed")),
  };
}

function pack(values: readonly number[]): HiddenRows {
  const floats = Float32Array.from(values.flatMap((value) => [value >>> 16, value & 0xffff]));
  return { dtype: "f32", count: values.length, width, data: new Uint8Array(floats.buffer) };
}

function unpack(rows: HiddenRows): number[] {
  const view = new DataView(rows.data.buffer, rows.data.byteOffset, rows.data.byteLength);
  return Array.from({ length: rows.count }, (_, i) => {
    return ((view.getFloat32(i * 8, true) << 16) | view.getFloat32(i * 8 + 4, true)) >>> 0;
  });
}
