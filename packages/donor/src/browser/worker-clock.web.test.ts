import { systemClock } from "@potluck/link";
import { expect, test } from "vitest";
import { createWorkerClock, startTimerWorker } from "./worker-clock.ts";

test("DN17 the worker's timers fire in order, and one that is called off does not", async () => {
  // Without the page's own timers, so that it is the worker that answers.
  const clock = createWorkerClock({ now: () => systemClock.now(), after: () => () => undefined }, startTimerWorker);
  const fired: string[] = [];
  await new Promise<void>((resolve) => {
    clock.after(60, () => {
      fired.push("late");
      resolve();
    });
    const cancel = clock.after(30, () => fired.push("called off"));
    clock.after(0, () => {
      fired.push("early");
      cancel();
    });
  });
  expect(fired).toEqual(["early", "late"]);
});
