import { ask, openDonor, openPage } from "@potluck/tool/stage";
import { expect, test } from "./coordinator.ts";
import { closeAll, modelId, suggestedMb, threeDonors } from "./support/donors.ts";
import { guessesOf, waitForDraft } from "./support/guesses.ts";
import { referenceChats } from "./support/reference.ts";
import { openUncut } from "./support/uncut.ts";

test("PT1 twenty chats through three donors give the tokens of the uncut export", async ({ browser, coordinator }) => {
  const donors = await threeDonors(browser, coordinator.url);
  const asker = await openPage(browser, coordinator.url, "/");
  const chats = await referenceChats(20);
  const uncut = await openUncut();
  let equalToReference = 0;
  for (const chat of chats) {
    const answer = await ask(asker.page, { modelId, messages: chat.messages, maxNewTokens: 64, fresh: true });
    expect(answer.ids, JSON.stringify(chat.messages)).toEqual(await uncut.answer(chat.prompt_ids, 64));
    expect(answer.stats.hops.length).toBeGreaterThanOrEqual(3);
    expect(answer.stats.tabs).toBeGreaterThanOrEqual(3);
    if (JSON.stringify(answer.ids) === JSON.stringify(chat.q4_onnx_cpu)) equalToReference += 1;
  }
  // CPUs differ at near-ties.
  expect(equalToReference).toBeGreaterThanOrEqual(18);
  expect(chats.filter(({ messages }) => messages.length > 2).length).toBeGreaterThanOrEqual(5);
  await uncut.close();
  await closeAll([...donors, asker]);
});

test("PT1 SD2 SW32 ten chats through two donors of the suggested budget, the first with a draft model, give the tokens of the uncut export", async ({
  browser,
  coordinator,
}) => {
  const first = await openDonor(browser, coordinator.url, suggestedMb);
  const second = await openDonor(browser, coordinator.url, suggestedMb);
  await waitForDraft(first.page);
  const asker = await openPage(browser, coordinator.url, "/");
  const uncut = await openUncut();
  for (const { messages, prompt_ids: promptIds } of await referenceChats(10)) {
    const answer = await ask(asker.page, { modelId, messages, maxNewTokens: 64, fresh: true });
    expect(answer.ids, JSON.stringify(messages)).toEqual(await uncut.answer(promptIds, 64));
    expect(answer.stats.tabs).toBe(2);
  }
  // Or nothing of this was about guesses.
  await expect.poll(async () => (await guessesOf(first.page))?.accepted ?? 0).toBeGreaterThan(0);
  expect((await guessesOf(first.page))?.draft).toBe("ready");
  await uncut.close();
  await closeAll([first, second, asker]);
});

test("PT7 ten chats at once over three donors all end with their right tokens", async ({ browser, coordinator }) => {
  const donors = await threeDonors(browser, coordinator.url);
  const chats = (await referenceChats(20)).slice(10);
  const askers = await Promise.all(chats.map(() => openPage(browser, coordinator.url, "/")));
  const answers = await Promise.all(
    chats.map(async ({ messages }, i) => {
      const asker = askers[i];
      if (asker === undefined) throw new Error("a chat without a tab");
      return (await ask(asker.page, { modelId, messages, maxNewTokens: 64 })).ids;
    }),
  );
  const uncut = await openUncut();
  for (const [i, { prompt_ids: promptIds }] of chats.entries()) {
    expect(answers[i]).toEqual(await uncut.answer(promptIds, 64));
  }
  await uncut.close();
  await closeAll([...donors, ...askers]);
});
