import {
  type AdminPartner,
  adminPartnersSchema,
  type Consent,
  consentAnswerSchema,
  type FrameFacts,
  frameFactsSchema,
  type Partner,
  type PartnerChange,
  type PartnerDraft,
  partnerSchema,
  type Refusal,
} from "@potluck/protocol";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { TestCoordinator } from "./test-coordinator.ts";

export const paper = "https://paper.example";
const frameHtml = `<!doctype html><title>x</title>
<script>window.early = 1</script><script type="application/json" id="potluck-frame"></script><p>end</p>`;

/** The files that a build of the script tag makes, as small as they can be. */
export async function writeEmbed(folder: string): Promise<string> {
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "frame.html"), frameHtml);
  await writeFile(join(folder, "v1.js"), "evergreen");
  await writeFile(join(folder, "v1.abc12345.js"), "versioned");
  await writeFile(join(folder, "integrity.json"), JSON.stringify({ file: "v1.abc12345.js", integrity: "sha384-x" }));
  await writeFile(join(folder, "assets", "frame-1.js"), "frame");
  for (const [name, bytes] of Object.entries(runtimeFiles))
    await writeFile(join(folder, "assets", name), "w".repeat(bytes));
  return folder;
}

/** The runtime as the embed's build names its files, each with its bytes. */
const runtimeFiles = {
  "ort-wasm-simd-threaded-AbC1.wasm": 40,
  "ort-wasm-simd-threaded.asyncify-AbC2.wasm": 9000,
  "ort-wasm-simd-threaded.asyncify-AbC2.wasm.br": 300,
  "ort-wasm-simd-threaded.jspi-AbC3.wasm": 200,
  "ort.wasm.bundle.min-AbC4.js": 1,
  "ort.webgpu.bundle.min-AbC5.js": 1,
  "ort.jspi.bundle.min-AbC6.js": 1,
  "lending-AbC7.js": 1,
  "engine.worker-AbC8.js": 1,
};

/** What partners, their visitors' browsers and the operator ask of a coordinator. */
export class TestPartner {
  readonly #at: TestCoordinator;

  constructor(at: TestCoordinator) {
    this.#at = at;
  }

  get ownOrigin(): string {
    return this.#at.url;
  }

  async admin(path: string, method = "GET", body?: object, token?: string): Promise<Response> {
    const bearer = token ?? (await readFile(join(this.#at.dataDir, "admin.token"), "utf8")).trim();
    return fetch(`${this.#at.url}/api/admin/partners${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async add(draft: Partial<PartnerDraft> = {}): Promise<Partner> {
    const whole = { name: "The Paper", origins: [paper], maxTabs: 10, isListed: true, ...draft };
    return v.parse(partnerSchema, await (await this.admin("", "POST", whole)).json());
  }

  async change(partner: Partner, change: PartnerChange): Promise<Partner> {
    return v.parse(partnerSchema, await (await this.admin(`/${partner.key}`, "PATCH", change)).json());
  }

  async line(partner: Partner): Promise<AdminPartner> {
    const lines = v.parse(adminPartnersSchema, await (await this.admin("")).json());
    const found = lines.find(({ key }) => key === partner.key);
    if (found === undefined) throw new Error("no such partner");
    return found;
  }

  frame(site: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.#at.url}/embed/frame?site=${encodeURIComponent(site)}`, { headers });
  }

  async facts(site: string, headers: Record<string, string> = {}): Promise<FrameFacts> {
    const html = await (await this.frame(site, headers)).text();
    const text = /id="potluck-frame">(.*?)<\/script>/.exec(html)?.[1] ?? "";
    return v.parse(v.pipe(v.string(), v.parseJson(), frameFactsSchema), text);
  }

  async ticket(partner: Partner): Promise<string> {
    const facts = await this.facts(partner.key);
    if (facts.status !== "ready") throw new Error(facts.message);
    return facts.ticket;
  }

  async post(what: "consent" | "withdraw", body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.#at.url}/api/embed/${what}`, {
      method: "POST",
      headers: { origin: this.ownOrigin, ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  async agree(ticket: string, origin: string = paper): Promise<Consent | Refusal> {
    return v.parse(consentAnswerSchema, await (await this.post("consent", { ticket, origin })).json());
  }

  async consent(partner: Partner, origin: string = paper): Promise<Consent> {
    const answer = await this.agree(await this.ticket(partner), origin);
    if (answer.status !== "granted") throw new Error(answer.message);
    return answer;
  }
}
