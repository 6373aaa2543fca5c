/** A crew whose first hops have a draft model, in a worker beside the one with their layers. */
import { ask, crashWorker, createCrew, openPage, type StageAsk, startAsking } from "@potluck/tool/stage";
import { expect, test } from "./coordinator.ts";
import { layerOf, modelId, suggestedMb } from "./support/donors.ts";
import { waitForDraft } from "./support/guesses.ts";

const question: StageAsk = {
  modelId,
  messages: [{ role: "user", content: "Tell me a long story about a fox and a lantern." }],
  maxNewTokens: 48,
  sampling: { temperature: 0.8, seed: 7 },
  fresh: true,
};
const crashedAfterTokens = 8;

test("PT11 SW32 a crashed worker of a first hop with a draft, in mid-answer, changes no token", async ({
  browser,
  coordinator,
}) => {
  const crew = createCrew({ url: coordinator.url, budgetMb: suggestedMb, browser });
  await crew.muster(2);
  const firsts = crew.holding(layerOf.first);
  expect(firsts).toHaveLength(2);
  for (const { page } of firsts) await waitForDraft(page);
  const asker = await openPage(browser, coordinator.url, "/");
  const undisturbed = await ask(asker.page, question);
  expect(undisturbed.stats.repairs).toEqual([]);

  // Else an answer with guesses may be over before the worker is.
  for (const { page } of crew.holding(layerOf.last)) await page.evaluate(() => window.potluckStage?.slow(50));
  const answer = await startAsking(asker.page, question);
  await answer.tokens(crashedAfterTokens);
  const hop = await crew.nextToRun(firsts);
  await crashWorker(hop);
  const { ids, text, stats } = await answer.result();
  expect(ids).toEqual(undisturbed.ids);
  expect(text).toBe(undisturbed.text);
  // The worker with its layers, and not the one with the draft.
  const lost = stats.repairs.flatMap((repair) => repair.lost.map(({ range }) => range));
  expect(lost).toContainEqual({ from: hop.from, to: hop.to });
  await asker.context.close();
  await crew.close();
});
