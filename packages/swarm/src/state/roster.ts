import type { LayerRange, ModelId, SiteKey, TabId } from "@potluck/protocol";
import type { PlaceModel } from "../place/place.ts";
import { largestContext } from "../route/largest-context.ts";
import type { Holder } from "../route/find-route.ts";
import type { SwarmModel } from "../segment/swarm-model.ts";
import { Cover } from "./cover.ts";
import { type DonorState, type Grant, type Presence, type TabEntry, takesChats } from "./tab-entry.ts";

/** A holder with its whole KV budget beside what is free of it. */
export interface RosterHolder extends Holder {
  readonly kvTokens: number;
}

interface ModelEntry {
  readonly model: SwarmModel;
  readonly cover: Cover;
  readonly donors: Set<TabEntry>;
  /** Longest context that the holders can carry; undefined until somebody asks after they changed. */
  largest: number | null | undefined;
}

/** Who is here and who holds what. The covers change only here, together with what they count. */
export class Roster {
  readonly #tabs = new Map<TabId, TabEntry>();
  readonly #models = new Map<ModelId, ModelEntry>();
  readonly #guests = new Map<SiteKey, Set<TabEntry>>();
  /** Models whose holders, or what these have left, changed since they were last looked at. */
  readonly changed: Set<ModelId> = new Set();
  /** Those of them for whose chats others may stand by now than before; room that comes and goes changes nothing in that. */
  readonly reshaped: Set<ModelId> = new Set();
  /** Guests, and those that were, of which something changed since that was last looked at. */
  readonly changedGuests: Set<TabEntry> = new Set();

  constructor(models: readonly SwarmModel[]) {
    for (const model of models) {
      this.#models.set(model.id, {
        model,
        cover: new Cover(model.layers.length),
        donors: new Set(),
        largest: undefined,
      });
    }
  }

  get size(): number {
    return this.#tabs.size;
  }

  tabs(): Iterable<TabEntry> {
    return this.#tabs.values();
  }

  tab(id: TabId): TabEntry | undefined {
    return this.#tabs.get(id);
  }

  models(): Iterable<SwarmModel> {
    return Array.from(this.#models.values(), (entry) => entry.model);
  }

  model(id: ModelId): SwarmModel | undefined {
    return this.#models.get(id)?.model;
  }

  cover(id: ModelId): Cover | undefined {
    return this.#models.get(id)?.cover;
  }

  /** Tabs that hold a segment of the model or load it, with or without a socket. */
  donors(id: ModelId): Iterable<TabEntry> {
    return this.#models.get(id)?.donors ?? [];
  }

  /** A site's guests, with or without a socket. */
  guests(site: SiteKey): Iterable<TabEntry> {
    return this.#guests.get(site) ?? [];
  }

  add(entry: TabEntry): void {
    this.#tabs.set(entry.id, entry);
    this.#file(entry);
  }

  /** Forgets the tab. What it held is no longer covered. */
  remove(entry: TabEntry): void {
    this.setDonor(entry, { kind: "none" });
    this.#tabs.delete(entry.id);
    this.#unfile(entry);
  }

  setSite(entry: TabEntry, site: SiteKey | null): void {
    if (entry.site === site) return;
    this.#unfile(entry);
    this.changedGuests.add(entry);
    this.#recount(entry, () => {
      entry.site = site;
    });
    this.#file(entry);
  }

  setDonor(entry: TabEntry, donor: DonorState): void {
    this.#recount(entry, () => {
      entry.donor = donor;
    });
  }

  setPresence(entry: TabEntry, presence: Presence): void {
    this.#recount(entry, () => {
      entry.presence = presence;
    });
  }

  /** Tabs that may carry new chats, and what each has left. `given` counts tokens as free that somebody would give up. */
  holders(id: ModelId, given: ReadonlyMap<TabId, number> = new Map()): readonly RosterHolder[] {
    const holders: RosterHolder[] = [];
    for (const entry of this.#models.get(id)?.donors ?? []) {
      const { donor } = entry;
      if (donor.kind !== "ready" || !takesChats(donor.pace) || entry.presence.kind !== "connected") continue;
      const { kvTokens, node } = donor.grant;
      holders.push({
        tab: entry.id,
        range: { from: node.from, to: node.to },
        kvTokens,
        freeTokens: kvTokens - entry.reservedTokens + (given.get(entry.id) ?? 0),
        active: entry.active,
        stepMs: donor.stepMs,
        readySinceMs: donor.sinceMs,
        isSlow: donor.pace === "slow",
        isGuest: entry.site !== null,
      });
    }
    return holders;
  }

  /** The longest context, in tokens, that the holders could ever carry; null while layers are missing. */
  largestContext(id: ModelId): number | null {
    const entry = this.#models.get(id);
    if (entry === undefined) return null;
    if (entry.largest === undefined) entry.largest = largestContext(entry.model.layers.length, this.holders(id));
    return entry.largest;
  }

  /** What placement weighs for a tab that is not counted itself. Tabs without a socket don't count as cover. */
  placeModels(except: TabEntry | null, waiting: (id: ModelId) => number): readonly PlaceModel[] {
    return Array.from(this.#models.values(), ({ model, cover, donors }) => {
      const placed = [...cover.placed()];
      const old = except === null ? null : contribution(except);
      if (old !== null && old.grant.model.id === model.id) {
        for (let layer = old.grant.node.from; layer < old.grant.node.to; layer++)
          placed[layer] = (placed[layer] ?? 1) - 1;
      }
      const held: LayerRange[] = [];
      const guests = model.layers.map(() => 0);
      for (const entry of donors) {
        if (entry === except || entry.donor.kind === "none") continue;
        held.push(entry.donor.grant.node);
        if (entry.site === null || contribution(entry) === null) continue;
        const { from, to } = entry.donor.grant.node;
        for (let layer = from; layer < to; layer++) guests[layer] = (guests[layer] ?? 0) + 1;
      }
      const own = placed.map((tabs, layer) => tabs - (guests[layer] ?? 0));
      return { model, cover: own, guests, held, waiting: waiting(model.id) };
    });
  }

  #file(entry: TabEntry): void {
    if (entry.site === null) return;
    const filed = this.#guests.get(entry.site);
    if (filed === undefined) this.#guests.set(entry.site, new Set([entry]));
    else filed.add(entry);
  }

  #unfile(entry: TabEntry): void {
    if (entry.site === null) return;
    const filed = this.#guests.get(entry.site);
    filed?.delete(entry);
    if (filed?.size === 0) this.#guests.delete(entry.site);
  }

  #recount(entry: TabEntry, change: () => void): void {
    if (entry.site !== null) this.changedGuests.add(entry);
    this.#count(entry, -1);
    change();
    this.#count(entry, 1);
  }

  #count(entry: TabEntry, by: 1 | -1): void {
    if (entry.donor.kind !== "none") {
      const { model } = entry.donor.grant;
      const known = this.#models.get(model.id);
      if (by === 1) known?.donors.add(entry);
      else known?.donors.delete(entry);
      if (known !== undefined) known.largest = undefined;
      this.changed.add(model.id);
      this.reshaped.add(model.id);
    }
    const own = contribution(entry);
    if (own !== null) this.#models.get(own.grant.model.id)?.cover.add(own.what, own.grant.node, by);
  }
}

/** What the tab adds to its model's cover: nothing while it has no socket or takes no new chats. */
function contribution(entry: TabEntry): { what: "ready" | "joining"; grant: Grant } | null {
  if (entry.presence.kind === "away" || entry.donor.kind === "none") return null;
  if (entry.donor.kind === "ready" && !takesChats(entry.donor.pace)) return null;
  return { what: entry.donor.kind === "ready" ? "ready" : "joining", grant: entry.donor.grant };
}
