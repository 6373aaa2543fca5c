import { type ModelId, type Segment, segmentSchema } from "@potluck/protocol";
import * as v from "valibot";

/** Remembers which segments' weights this browser has loaded before, so that placement can prefer them. A hint, never a promise. */
export interface CachedSegments {
  list(): readonly Segment[];
  add(segment: Segment): void;
  /** Its weights were deleted. */
  forget(modelId: ModelId): void;
}

const key = "potluck.cached-segments";
const kept = 16;
const listSchema = v.array(segmentSchema);

/** On Web Storage, or forgetful when there is none. */
export function createCachedSegments(storage: Pick<Storage, "getItem" | "setItem"> | null): CachedSegments {
  const list = (): readonly Segment[] => {
    try {
      const parsed = v.safeParse(listSchema, JSON.parse(storage?.getItem(key) ?? "[]"));
      return parsed.success ? parsed.output : [];
    } catch {
      return [];
    }
  };
  const keep = (segments: readonly Segment[]): void => {
    try {
      storage?.setItem(key, JSON.stringify(segments.slice(0, kept)));
    } catch {
      // A full or forbidden storage only costs the hint.
    }
  };
  return {
    list,
    add(segment) {
      const others = list().filter(
        (s) => s.modelId !== segment.modelId || s.from !== segment.from || s.to !== segment.to,
      );
      keep([segment, ...others]);
    },
    forget: (modelId) => keep(list().filter((segment) => segment.modelId !== modelId)),
  };
}
