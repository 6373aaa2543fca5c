import { expect, test } from "vitest";
import { composePage } from "../app/compose-page.ts";
import { demoSwarm, done, textSteps } from "../tab/fake-scenarios.ts";
import { createFakeTab } from "../tab/fake-tab.ts";

function setUp() {
  const tab = createFakeTab({
    swarm: demoSwarm,
    donation: [],
    pause: () => Promise.resolve(),
    answer: () => [...textSteps("So."), done],
  });
  return { tab, page: composePage(tab, null, "") };
}

test("WB52 nothing that could be sent to the swarm is sent before the person has agreed", async () => {
  const { tab, page } = setUp();
  const { chat, consent } = page;
  chat.moveTo("this-tab");
  chat.send("Here?");
  await expect.poll(() => chat.store.getState().exchanges[0]?.answer.state.kind).toBe("done");
  const { key } = chat.store.getState().exchanges[0] ?? { key: "" };
  chat.moveTo("swarm");
  for (const act of [
    () => chat.send("There?"),
    () => chat.regenerate(key),
    () => chat.edit(key, "Where?"),
    () => chat.retry(),
    () => chat.continueAnswer(key),
  ]) {
    act();
    expect(consent.pending.getState()).not.toBeNull();
    consent.answer("no");
    expect(consent.pending.getState()).toBeNull();
  }
  expect(tab.asked.map(({ where }) => where)).toEqual(["this-tab"]);
  chat.send("  ");
  expect(consent.pending.getState()).toBeNull();
});

test("WB52 what waits in line is not sent to the swarm before the person has agreed, and then it is", async () => {
  const { tab, page } = setUp();
  const { chat, consent } = page;
  chat.moveTo("this-tab");
  chat.send("Here?");
  chat.send("And then?");
  expect(chat.store.getState().conversation.waiting).toEqual(["And then?"]);
  chat.moveTo("swarm");
  // It would take along what waits, so it asks.
  expect(chat.store.getState().where).toBe("this-tab");
  consent.answer("swarm");
  await expect.poll(() => tab.asked.at(-1)?.where).toBe("swarm");
  expect(page.preferences.store.getState().swarmAgreed).toBe(true);
});
