import type { ModelId, NodeView, SwarmView } from "@potluck/protocol";
import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { demoModel, demoSwarm, emptySwarm } from "../src/tab/fake-scenarios.ts";
import { fakeView } from "../src/tab/fake-view.ts";
import { mountApp, ready } from "./mount-app.tsx";

const at = (name: string, from: number, to: number, more: Partial<NodeView> = {}): NodeView => ({
  name,
  segment: { modelId: demoModel.id, from, to },
  state: "ready",
  standsBy: false,
  ...more,
});
const nodes = [
  at("aaaa0001", 0, 6),
  at("bbbb0002", 6, 12),
  at("cccc0003", 6, 12, { standsBy: true }),
  at("dddd0004", 6, 12, { state: "unreachable" }),
];
const view: SwarmView = {
  ...fakeView({ ...demoSwarm, models: [demoModel] }),
  nodesInAll: 4,
  nodes,
  links: [
    { a: "aaaa0001", b: "bbbb0002", ms: 24 },
    { a: "bbbb0002", b: "cccc0003", ms: 0 },
  ],
  countries: [
    { code: "CH", donors: 3 },
    { code: "DE", donors: 1 },
    { code: "SG", donors: 1 },
  ],
};
const [model] = view.models;
if (model === undefined) throw new Error("the fake has a model");
const card = page.getByRole("region", { name: demoModel.name });
const tables = page.getByRole("checkbox", { name: "Show as tables" });

describe("swarm", () => {
  test("WB12 a model shows its layers as a picture with words", async () => {
    await mountApp("/swarm");
    await expect
      .element(card.getByRole("img"))
      .toHaveAccessibleName(
        "Swarm Demo 10M: layers 0–3 on 2 tabs; layers 4–7 on 1 tab, 1 joining; layers 8–11 on 3 tabs",
      );
  });

  test("WB33 a model says how many tabs stand by for its chats, once there are some", async () => {
    const app = await mountApp("/swarm", { view: { ...view, models: [{ ...model, standbys: 0 }] } });
    await expect.element(card).toHaveTextContent("chats now2");
    await expect.element(card).not.toHaveTextContent("standing by");
    app.tab.view.setState({ ...view, models: [{ ...model, standbys: 3 }] }, true);
    await expect.element(card).toHaveTextContent("tabs standing by3");
  });

  test("WB12 the page follows the swarm, and welcomes the first", async () => {
    const app = await mountApp("/swarm", { swarm: emptySwarm });
    await expect.element(page.getByRole("heading", { name: "Be the first" })).toBeVisible();
    await expect.element(page.getByText("Missing: layers 0–11.")).toBeVisible();
    await expect.element(page.getByText("nothing to draw")).toBeVisible();
    app.tab.view.setState({ ...view, donors: 1 }, true);
    await expect.element(page.getByText("available", { exact: true })).toBeVisible();
    await expect.element(page.getByRole("heading", { name: "Be the first" })).not.toBeInTheDocument();
  });

  test("WB59 a model tells answers a minute, tokens a second, chats, its line, and who is out of reach", async () => {
    const numbers = { sessions: 2, queued: 7, answersPerMinute: 12, tokensPerSecond: 41.5 };
    const tabsPerLayer = model.tabsPerLayer.map((tabs, layer) => (layer < 10 ? tabs : 0));
    const unreachablePerLayer = model.tabsPerLayer.map((_, layer) => (layer < 10 ? 0 : 1));
    await mountApp("/swarm", {
      view: { ...view, models: [{ ...model, ...numbers, tabsPerLayer, unreachablePerLayer }] },
    });
    for (const figure of ["chats now2", "in line7", "answers in the last minute12", "tokens per second41.5"])
      await expect.element(card).toHaveTextContent(figure);
    await expect.element(card).toHaveTextContent("Out of reach for now: layers 10–11.");
    await expect.element(card.getByRole("img")).toHaveAccessibleName(/layers 10–11 on no tab, 1 out of reach$/);
  });

  test.each([
    ["desktop", 1280],
    ["phone", 360],
  ] as const)("WB59 links and countries are drawn inside a %s screen, with words", async (_, width) => {
    await page.viewport(width, 800);
    await mountApp("/swarm", { view });
    const graph = page.getByRole("region", { name: "Who is linked to whom" });
    await expect
      .element(graph.getByRole("img"))
      .toHaveAccessibleName("Swarm Demo 10M: 4 donor tabs, 2 links, in the middle < 1 ms");
    await expect.element(graph).toHaveTextContent("24 ms");
    await expect.poll(() => document.querySelectorAll(".graph circle").length).toBe(4);
    const map = page.getByRole("region", { name: "Where donors say they are" });
    await expect
      .element(map.getByRole("img"))
      .toHaveAccessibleName("Donors by country: Switzerland 3, Germany 1, Singapore 1");
    await expect.element(map).toHaveTextContent("Too small for this map: Singapore 1.");
    expect(document.querySelectorAll('.map-country:not([data-level="0"])')).toHaveLength(2);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  });

  test("WB59 every picture has a table with the same figures, by keyboard, and the choice is remembered", async () => {
    const app = await mountApp("/swarm", { view });
    await expect.element(tables).not.toBeChecked();
    (tables.element() as HTMLInputElement).focus();
    await userEvent.keyboard(" ");
    await expect.element(card.getByRole("row", { name: "layers 4–7 1 1 0 0" })).toBeVisible();
    const tabs = page.getByRole("table", { name: "Donor tabs" });
    for (const row of [
      "aaaa Swarm Demo 10M layers 0–5 ready",
      "cccc Swarm Demo 10M layers 6–11 ready, standing by",
      "dddd Swarm Demo 10M layers 6–11 out of reach",
    ])
      await expect.element(tabs.getByRole("row", { name: row, exact: true })).toBeVisible();
    const links = page.getByRole("table", { name: "Links" });
    await expect.element(links.getByRole("row", { name: "aaaa bbbb 24 ms", exact: true })).toBeVisible();
    const countries = page.getByRole("table", { name: "Where donors say they are" });
    await expect.element(countries.getByRole("row", { name: "Switzerland 3", exact: true })).toBeVisible();
    expect(document.querySelectorAll('main [role="img"]')).toHaveLength(0);
    expect(app.page.preferences.store.getState().tables).toBe(true);
  });

  test("WB59 nobody's country is guessed, and of a crowd a sample is drawn that says so", async () => {
    const crowd = Array.from({ length: 200 }, (_, i) =>
      at(i.toString(16).padStart(4, "0").padEnd(8, "0"), (i % 4) * 3, (i % 4) * 3 + 3),
    );
    await mountApp("/swarm", { view: { ...view, nodes: crowd, links: [], nodesInAll: 5000, countries: [] } });
    await expect.element(page.getByText("Nobody has named a country.")).toBeVisible();
    await expect.element(page.getByText("A sample of 200 tabs out of 5,000.")).toBeVisible();
    await expect.poll(() => document.querySelectorAll(".graph circle").length).toBe(200);
  });

  test("WB59 a tab of a model that the page does not know does no harm", async () => {
    const strange = { ...at("eeee0005", 0, 2), segment: { modelId: "other" as ModelId, from: 0, to: 2 } };
    await mountApp("/swarm", { view: { ...view, nodes: [...nodes, strange] } });
    await expect.element(card).toBeVisible();
    await expect.poll(() => document.querySelectorAll(".graph circle").length).toBe(4);
  });

  test("WB9 the page passes axe in both themes, as pictures and as tables, and shouts no live number", async () => {
    const app = await mountApp("/swarm", { view });
    await expect.element(page.getByRole("img", { name: /^Donors by country/ })).toBeVisible();
    for (const theme of ["light", "dark"] as const) {
      for (const asTable of [false, true]) {
        app.page.preferences.change({ theme, tables: asTable });
        await expect.poll(() => document.querySelectorAll(".figures").length > 0).toBe(asTable);
        const { violations } = await axe.run(document, { rules: { region: { enabled: false } } });
        expect(violations.map(({ id, nodes: found }) => [id, found.map(({ html }) => html)])).toEqual([]);
      }
    }
    expect(document.querySelectorAll('main [aria-live="polite"], main [role="status"]')).toHaveLength(0);
  });

  test("WB10 links inside the app keep the forced backend", async () => {
    await mountApp("/swarm", { donation: [{ event: ready }] }, "?backend=wasm");
    await expect
      .element(page.getByRole("link", { name: "Chat", exact: true }))
      .toHaveAttribute("href", "/?backend=wasm");
    await page.getByRole("link", { name: "Donate", exact: true }).click();
    await expect
      .element(page.getByRole("link", { name: "Swarm", exact: true }))
      .toHaveAttribute("href", "/swarm?backend=wasm");
  });
});
