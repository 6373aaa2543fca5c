/** People close tabs in the middle of other people's answers. Three hops, a standby for each, all tabs of one browser. */
import { type Browser } from "@playwright/test";
import { ask, closePolitely, createCrew, type Crew, openPage, type StageAsk, startAsking } from "@potluck/tool/stage";
import { expect, test as base } from "./coordinator.ts";
import { layerOf, modelId, thirdMb } from "./support/donors.ts";

const test = base.extend<object, { crew: Crew }>({
  crew: [
    async ({ browser, coordinator }, use) => {
      const crew = createCrew({ url: coordinator.url, budgetMb: thirdMb, browser });
      await crew.muster(2);
      await use(crew);
      await crew.close();
    },
    { scope: "worker", timeout: 180_000 },
  ],
});

const places = {
  "the first hop's tab": ["first"],
  "a middle hop's tab": ["middle"],
  "the last hop's tab": ["last"],
  "two tabs at once": ["middle", "last"],
} as const;

/** Tokens that have come when the tabs are closed, of those that will. */
const closedAfterTokens = 8;
const answerTokens = 48;

async function surviving(
  { browser, url, crew }: { readonly browser: Browser; readonly url: string; readonly crew: Crew },
  closed: readonly (keyof typeof layerOf)[],
  temperature: number,
): Promise<void> {
  await crew.clear();
  await crew.muster(2);
  const { page, context } = await openPage(browser, url, "/");
  const question: StageAsk = {
    modelId,
    messages: [{ role: "user", content: "Tell me a long story about a fox and a lantern." }],
    maxNewTokens: answerTokens,
    sampling: { temperature, seed: 7 },
    fresh: true,
  };
  const undisturbed = await ask(page, question);
  expect(undisturbed.stats.repairs).toEqual([]);
  expect(undisturbed.ids.length).toBeGreaterThan(2 * closedAfterTokens);

  const answer = await startAsking(page, question);
  await answer.tokens(closedAfterTokens);
  const hops = await Promise.all(closed.map((place) => crew.nextToRun(crew.holding(layerOf[place]))));
  await Promise.all(hops.map(closePolitely));
  for (const hop of hops) crew.lose(hop);
  expect((await answer.progress()).over).toBe(false);
  const { ids, text, end, stats } = await answer.result();
  expect(ids).toEqual(undisturbed.ids);
  expect(text).toBe(undisturbed.text);
  expect(end).toBe(undisturbed.end);
  const lost = stats.repairs.flatMap((repair) => repair.lost.map(({ range }) => range));
  for (const { from, to } of hops) expect(lost).toContainEqual({ from, to });
  await context.close();
}

for (const temperature of [0, 0.8]) {
  for (const [name, closed] of Object.entries(places)) {
    test(`PT10 closing ${name} in mid-answer, at temperature ${temperature}, changes no token`, async ({
      browser,
      coordinator: { url },
      crew,
    }) => {
      await surviving({ browser, url, crew }, closed, temperature);
    });
  }
}
