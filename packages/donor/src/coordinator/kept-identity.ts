import { type TabId, tabIdSchema } from "@potluck/protocol";
import * as v from "valibot";

/** Who a tab is at the coordinator, and what proves it. */
export interface OwnIdentity {
  readonly tab: TabId;
  readonly secret: string;
}

/**
 * Carries a tab's identity over a reload. It lies in the storage only while no page uses it: a page takes it out when it
 * opens and puts it back when it goes. So a browser tab that is duplicated, storage and all, copies nobody's identity.
 */
export interface KeptIdentity {
  take(): OwnIdentity | null;
  keep(identity: OwnIdentity): void;
}

const key = "potluck.tab";
const identitySchema: v.GenericSchema<unknown, OwnIdentity> = v.object({
  tab: tabIdSchema,
  secret: v.pipe(v.string(), v.maxLength(64)),
});

/** On `sessionStorage`, which lives as long as its browser tab; or in memory, for this page alone, when there is none. */
export function createKeptIdentity(storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null): KeptIdentity {
  let inMemory: OwnIdentity | null = null;
  return {
    take() {
      const mine = inMemory;
      inMemory = null;
      try {
        const text = storage?.getItem(key);
        storage?.removeItem(key);
        const parsed = v.safeParse(identitySchema, JSON.parse(text ?? "null"));
        return parsed.success ? parsed.output : mine;
      } catch {
        return mine;
      }
    },
    keep(identity) {
      try {
        if (storage === null) inMemory = identity;
        else storage.setItem(key, JSON.stringify(identity));
      } catch {
        // A full or forbidden storage costs the next page its name, and this one's chats at the coordinator.
        inMemory = identity;
      }
    },
  };
}
