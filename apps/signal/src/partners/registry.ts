import { type Partner, type PartnerChange, type PartnerDraft, partnerSchema, type SiteKey } from "@potluck/protocol";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { withLock } from "./lock-file.ts";
import { PartnerError } from "./partner-error.ts";
import { writeAtomically } from "./write-atomically.ts";

const fileSchema = v.object({ version: v.literal(1), partners: v.array(partnerSchema) });

/**
 * The partners of `partners.json` in the data folder. Several processes may read and change them: each change is made under
 * a lock to what the file says then, and {@link refresh} follows the others' changes.
 */
export class PartnerRegistry {
  readonly #path: string;
  readonly #onDamage: (sentence: string) => void;
  #partners: ReadonlyMap<SiteKey, Partner> = new Map();
  #stamp = "";
  /** One read or change at a time, so that an older reading never replaces a newer one. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Waits for its turn. */
  #refreshing: Promise<void> | null = null;

  private constructor(path: string, onDamage: (sentence: string) => void) {
    this.#path = path;
    this.#onDamage = onDamage;
  }

  /** @param onDamage hears, once, that the file can't be understood; it is left as it is and the partners as they were. */
  static async open(dataDir: string, onDamage: (sentence: string) => void = () => {}): Promise<PartnerRegistry> {
    await mkdir(dataDir, { recursive: true });
    const registry = new PartnerRegistry(join(dataDir, "partners.json"), onDamage);
    await registry.refresh();
    return registry;
  }

  get(key: SiteKey): Partner | undefined {
    return this.#partners.get(key);
  }

  /** In the order of their registration. */
  all(): readonly Partner[] {
    return [...this.#partners.values()];
  }

  /** Reads the file again if it changed. Asked again before its turn has come, it is one reading. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#inTurn(async () => {
      this.#refreshing = null;
      const stamp = await stampOf(this.#path);
      if (stamp === this.#stamp) return;
      this.#stamp = stamp;
      try {
        this.#take(await this.#read());
      } catch (error) {
        this.#onDamage(error instanceof Error ? error.message : String(error));
      }
    });
    return this.#refreshing;
  }

  /** @param nowMs ms since 1970. Throws a {@link PartnerError} where the file is damaged. */
  add(draft: PartnerDraft, nowMs: number): Promise<Partner> {
    const { name, origins, maxTabs, isListed } = draft;
    const key = `pk_${randomBytes(12).toString("hex")}` as SiteKey;
    const added = { key, name, origins, maxTabs, isListed, createdMs: nowMs, revokedMs: null };
    return this.#write((partners) => [[...partners, added], added]);
  }

  /** @param nowMs ms since 1970. Throws a {@link PartnerError} where the key is unknown or the file damaged. */
  change(key: SiteKey, change: PartnerChange, nowMs: number): Promise<Partner> {
    return this.#write((partners) => {
      const before = partners.find((partner) => partner.key === key);
      if (before === undefined) throw new PartnerError(`There is no partner with the key ${key}.`);
      const { isRevoked, name, origins, maxTabs, isListed } = change;
      const after: Partner = {
        ...before,
        name: name ?? before.name,
        origins: origins ?? before.origins,
        maxTabs: maxTabs ?? before.maxTabs,
        isListed: isListed ?? before.isListed,
        revokedMs: isRevoked === undefined ? before.revokedMs : isRevoked ? (before.revokedMs ?? nowMs) : null,
      };
      return [partners.map((partner) => (partner === before ? after : partner)), after];
    });
  }

  #write(change: (partners: readonly Partner[]) => readonly [readonly Partner[], Partner]): Promise<Partner> {
    return this.#inTurn(() =>
      withLock(`${this.#path}.lock`, async () => {
        const [partners, changed] = change(await this.#read());
        await writeAtomically(this.#path, `${JSON.stringify({ version: 1, partners }, null, 2)}\n`);
        this.#stamp = await stampOf(this.#path);
        this.#take(partners);
        return changed;
      }),
    );
  }

  async #read(): Promise<readonly Partner[]> {
    let text: string;
    try {
      text = await readFile(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw new PartnerError(`${this.#path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
    if (parsed.success) return parsed.output.partners;
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue);
    throw new PartnerError(
      `${this.#path} is damaged${place === null ? "" : ` at ${place}`}: ${issue.message} Mend it or put back a copy; it is left as it is.`,
    );
  }

  #take(partners: readonly Partner[]): void {
    this.#partners = new Map(partners.map((partner) => [partner.key, partner]));
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task, task);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Changes with every rename onto the path. */
async function stampOf(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  return stats === null ? "none" : `${stats.ino}-${stats.mtimeNs}-${stats.size}`;
}
