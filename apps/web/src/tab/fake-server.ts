import type { AdminPartner, PublicPartner, SiteKey } from "@potluck/protocol";
import type { Server } from "../app/page.ts";

export const fakeToken = "let-me-in";

const gifts = { consents: 412, answers: 1290, tokens: 84_120, seconds: 913_000 };
const day = (date: string, n: number): AdminPartner["days"][number] => ({
  day: date,
  consents: 3 * n,
  answers: 11 * n,
  tokens: 700 * n,
  seconds: 5400 * n,
  mostTabs: n,
});

const fakePartners: readonly PublicPartner[] = [
  {
    name: "A small blog",
    origin: "https://blog.example",
    sinceMs: Date.UTC(2026, 9, 20),
    tabsNow: 0,
    consents: 3,
    answers: 2,
    tokens: 96,
    seconds: 1260,
  },
  { name: "The Daily Kettle", origin: "https://kettle.example", sinceMs: Date.UTC(2026, 8, 3), tabsNow: 14, ...gifts },
];

export const fakeKeys: readonly AdminPartner[] = [
  {
    key: "pk_0123456789abcdef01234567" as SiteKey,
    name: "The Daily Kettle",
    origins: ["https://kettle.example", "https://www.kettle.example:8443"],
    maxTabs: 500,
    isListed: true,
    createdMs: Date.UTC(2026, 8, 3),
    revokedMs: null,
    tabsNow: 14,
    gifts,
    days: [day("2026-11-21", 4), day("2026-11-22", 9), day("2026-11-23", 2)],
  },
  {
    key: "pk_89abcdef0123456789abcdef" as SiteKey,
    name: "A small blog",
    origins: ["https://blog.example"],
    maxTabs: 20,
    isListed: false,
    createdMs: Date.UTC(2026, 9, 20),
    revokedMs: Date.UTC(2026, 10, 2),
    tabsNow: 0,
    gifts: { consents: 0, answers: 0, tokens: 0, seconds: 0 },
    days: [],
  },
];

/** What a page asks of a server beside the swarm, out of the memory of this page. `answers` take the place of its own, by method and path. */
export function fakeServer(answers: Readonly<Record<string, () => Response | Promise<Response>>> = {}): Server {
  let keys = fakeKeys;
  return async (path, init = {}) => {
    const { method = "GET", body } = init;
    const answer = answers[`${method} ${path}`];
    if (answer !== undefined) return answer();
    if (path === "/api/partners") return Response.json(fakePartners);
    if (path === "/embed/integrity.json")
      return Response.json({ file: "v1.4f1c09aa.js", integrity: `sha384-${"oqVuAfXRKap7fdgcCY5uykM6".repeat(2)}` });
    if (!path.startsWith("/api/admin/partners")) return new Response("not here", { status: 404 });
    if (new Headers(init.headers).get("authorization") !== `Bearer ${fakeToken}`)
      return Response.json({ status: "refused", reason: "not-admitted", message: "Wrong token." }, { status: 401 });
    const sent = typeof body === "string" ? (JSON.parse(body) as Partial<AdminPartner> & { isRevoked?: boolean }) : {};
    if (method === "POST") {
      const made = {
        ...fakeKeys[0]!,
        ...sent,
        key: `pk_${String(keys.length).padStart(24, "0")}` as SiteKey,
        createdMs: Date.UTC(2026, 10, 23),
        tabsNow: 0,
        days: [],
      };
      keys = [...keys, made];
      return Response.json(made);
    }
    if (method === "PATCH") {
      const { isRevoked, ...draft } = sent;
      const revoked = isRevoked === undefined ? {} : { revokedMs: isRevoked ? Date.UTC(2026, 10, 23) : null };
      keys = keys.map((one) => (path.endsWith(one.key) ? { ...one, ...draft, ...revoked } : one));
      return Response.json(keys.find(({ key }) => path.endsWith(key)));
    }
    return Response.json(keys);
  };
}
