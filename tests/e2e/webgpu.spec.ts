import { ask, openDonor, openPage } from "@potluck/tool/stage";
import { expect, test } from "./coordinator.ts";
import { closeAll, modelId } from "./support/donors.ts";
import { referenceChats } from "./support/reference.ts";
import { openUncut } from "./support/uncut.ts";

test("PT2 three chats through two donors on WebGPU give the tokens of the uncut export", async ({
  browser,
  coordinator,
}) => {
  test.setTimeout(10 * 60_000);
  const donors = [
    await openDonor(browser, coordinator.url, 10, "webgpu"),
    await openDonor(browser, coordinator.url, 10, "webgpu"),
  ];
  const asker = await openPage(browser, coordinator.url, "/", "webgpu");
  const uncut = await openUncut();
  for (const chat of (await referenceChats(20)).slice(10, 13)) {
    const answer = await ask(asker.page, { modelId, messages: chat.messages, maxNewTokens: 8, fresh: true });
    expect(answer.ids).toEqual(await uncut.answer(chat.prompt_ids, 8));
    expect(answer.stats.tabs).toBe(2);
  }
  await uncut.close();
  await closeAll([...donors, asker]);
});
