import { expect, test } from "vitest";
import { afterEvent, type Answer, retelling, type Stage } from "./chat.ts";

type Queued = Extract<Stage, { kind: "queued" }>;

const answer = (text: string): Answer => ({
  text,
  where: "swarm",
  seed: null,
  state: { kind: "streaming", stage: { kind: "resuming" } },
});
const missing = [{ from: 0, to: 2 }];
const waiting: Stage = { kind: "waiting", missing };
const layersMissing = (position: number): Queued => ({
  kind: "queued",
  position,
  reason: { kind: "layers-missing", missing },
});
const allBusy: Queued = { kind: "queued", position: 1, reason: { kind: "all-busy" } };

test("WB26 an answer that was begun, and is carried on after a reload, waits for layers as it did before", () => {
  for (const position of [1, 2]) {
    const after = retelling("Once upon")(answer("Once upon"), layersMissing(position));
    expect(after).toEqual({ ...answer("Once upon"), state: { kind: "streaming", stage: waiting } });
  }
});

test("WB2 a new answer that waits for layers has a place in line only behind others", () => {
  const stage = (event: Queued): unknown => {
    const { state } = afterEvent(answer(""), event);
    return state.kind === "streaming" ? state.stage : null;
  };
  expect(stage(layersMissing(1))).toEqual(waiting);
  expect(stage(layersMissing(2))).toEqual(layersMissing(2));
  expect(stage(allBusy)).toEqual(allBusy);
});
