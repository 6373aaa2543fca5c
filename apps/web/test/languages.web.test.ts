import { beforeEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { partOf } from "../src/app/parts.ts";
import { languageTags } from "@potluck/words";
import { emptySwarm } from "../src/tab/fake-scenarios.ts";
import { fakeToken } from "../src/tab/fake-server.ts";
import { mountApp, type Mounted, serving } from "./mount-app.tsx";
import { wholeCatalogs } from "./whole-words.ts";

const { en } = wholeCatalogs;

/** What each route shows, at rest and with most to say. */
const faces: Readonly<Record<string, readonly [path: string, open: () => Promise<Mounted>]>> = {
  welcome: ["/", async () => mountApp("/")],
  "welcome without donors": ["/", async () => mountApp("/", { swarm: emptySwarm })],
  "chat with an answer": [
    "/",
    async () => {
      const mounted = await mountApp("/");
      mounted.page.chat.send("17 + 25?");
      await expect
        .poll(() => document.querySelector('article[data-role="assistant"]')?.getAttribute("data-state"))
        .toBe("done");
      return mounted;
    },
  ],
  "question before the first message": [
    "/",
    async () => {
      const mounted = await mountApp("/", {}, "", undefined, null, false);
      mounted.page.chat.send("17 + 25?");
      await expect.element(page.getByRole("dialog")).toBeVisible();
      return mounted;
    },
  ],
  donate: ["/donate", async () => mountApp("/donate")],
  "donate, serving": [
    "/donate",
    async () => {
      const mounted = await mountApp("/donate", { donation: [{ event: serving }] });
      mounted.tab.donation.start(1e9);
      await expect.poll(() => document.querySelector('[data-state="serving"]')).not.toBeNull();
      return mounted;
    },
  ],
  swarm: ["/swarm", async () => mountApp("/swarm")],
  "swarm without donors": ["/swarm", async () => mountApp("/swarm", { swarm: emptySwarm })],
  privacy: ["/privacy", async () => mountApp("/privacy")],
  partners: [
    "/partners",
    async () => {
      const mounted = await mountApp("/partners");
      await expect.element(page.getByRole("table").first()).toBeVisible();
      return mounted;
    },
  ],
  admin: ["/admin", async () => mountApp("/admin")],
  "admin, with a form": [
    "/admin",
    async () => {
      sessionStorage.setItem("potluck.admin-token", fakeToken);
      const mounted = await mountApp("/admin");
      await page.getByRole("button", { name: "Change The Daily Kettle" }).click();
      return mounted;
    },
  ],
  "no such page": ["/nowhere", async () => mountApp("/nowhere")],
};

function sentences(catalog: object): string[] {
  return Object.values(catalog).flatMap((value: unknown) =>
    typeof value === "string" ? [value] : sentences(value as object),
  );
}

/** Everything on the page that is read or heard: text, and the attributes that name things. */
function said(): string[] {
  const root = document.querySelector("#root");
  if (root === null) return [];
  const texts: string[] = [];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode() !== null) texts.push(walk.currentNode.textContent ?? "");
  for (const element of root.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "placeholder", "alt"]) texts.push(element.getAttribute(name) ?? "");
  }
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

/** A key where its sentence should be (i18next says it without its namespace), or a place that no value came to. */
const groups = Object.values(en).flatMap((part: object) =>
  Object.entries(part).flatMap(([key, value]: [string, unknown]) => (typeof value === "string" ? [] : [key])),
);
const rawKey = new RegExp(`\\b(?:${groups.join("|")})\\.[a-z]|\\b(?:${Object.keys(en).join("|")}):[a-z]|\\{\\{`);

const english = new Set(sentences(en));

beforeEach(async () => {
  await page.viewport(360, 740);
});

test.each(Object.entries(faces))(
  "WB61 %s: told in the words of each language, and no wider than a phone",
  async (_, [path, open]) => {
    const { speech } = (await open()).page;
    for (const language of languageTags) {
      const catalog = wholeCatalogs[language];
      const own = new Set(sentences(catalog));
      await speech.choose(language);
      await expect.poll(() => document.documentElement.lang).toBe(language);
      await expect.poll(() => document.title).toBe(catalog.app.title[partOf(path)]);
      const words = said();
      expect([language, words.filter((text) => rawKey.test(text))]).toEqual([language, []]);
      expect([language, words.filter((text) => english.has(text) && !own.has(text))]).toEqual([language, []]);
      expect(document.documentElement.scrollWidth, language).toBeLessThanOrEqual(360);
    }
  },
);
