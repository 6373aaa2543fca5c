import { ask, openDonor, openPage, type StagePage } from "@potluck/tool/stage";
import { expect, test } from "./coordinator.ts";
import { closeAll, halfMb, modelId } from "./support/donors.ts";
import { referenceChats } from "./support/reference.ts";
import { openUncut } from "./support/uncut.ts";

test("PT2 three chats through two donors on WebGPU give the tokens of the uncut export", async ({
  browser,
  coordinator,
}) => {
  test.setTimeout(10 * 60_000);
  const donors: StagePage[] = [];
  while (donors.length < 2) donors.push(await openDonor(browser, coordinator.url, halfMb, "webgpu"));
  const asker = await openPage(browser, coordinator.url, "/", "webgpu");
  const uncut = await openUncut();
  // A software adapter computes about one token a second: the shortest prompts do.
  const chats = (await referenceChats(60)).filter((chat) => chat.q4_onnx_cpu.length >= 8);
  const shortest = chats.toSorted((a, b) => a.prompt_ids.length - b.prompt_ids.length).slice(0, 3);
  for (const chat of shortest) {
    const answer = await ask(asker.page, { modelId, messages: chat.messages, maxNewTokens: 8, fresh: true });
    expect(answer.ids).toEqual(await uncut.answer(chat.prompt_ids, 8));
    expect(answer.ids).toHaveLength(8);
    expect(answer.stats.tabs).toBe(2);
  }
  await uncut.close();
  await closeAll([...donors, asker]);
});
