import { expect, test } from "vitest";
import { firstPace, nextPace, type PaceState } from "./pace.ts";

const everyMs = 500;

/** A tab that is looked at twice a second; `verdicts` are its changes, with the second in which they came. */
function watch() {
  let state: PaceState = firstPace;
  let nowMs = 0;
  let tokensServed = 0;
  const verdicts: string[] = [];
  const during = (ms: number, stepMs: number, { hidden = false, idle = false } = {}): void => {
    for (const end = nowMs + ms; nowMs < end; nowMs += everyMs) {
      if (!idle) tokensServed += 20;
      const next = nextPace(state, { nowMs, hidden, stepMs, tokensServed });
      const word = ({ verdict }: PaceState): string => (verdict.kind === "slow" ? verdict.why : "steady");
      if (word(next) !== word(state)) verdicts.push(`${word(next)} at ${nowMs / 1000} s`);
      state = next;
    }
  };
  return { during, verdicts };
}

test("DN18 a hidden tab that keeps up is steady", () => {
  const { during, verdicts } = watch();
  during(10_000, 40);
  during(60_000, 44, { hidden: true });
  expect(verdicts).toEqual([]);
});

test("DN18 a hidden tab whose steps became slow is slow after 3 s, and steady as soon as it is seen again", () => {
  const { during, verdicts } = watch();
  during(10_000, 44);
  during(60_000, 119, { hidden: true });
  during(600_000, 119, { hidden: true, idle: true });
  during(5_000, 44);
  expect(verdicts).toEqual(["hidden at 13 s", "steady at 670 s"]);
});

test("DN18 a busy tab is slow until its steps have been fast again for 3 s", () => {
  const { during, verdicts } = watch();
  during(10_000, 40);
  during(10_000, 200);
  during(10_000, 42);
  during(10_000, 42);
  expect(verdicts).toEqual(["busy at 13 s", "steady at 23 s"]);
});

test("DN18 a short slump, and a tab between slow and fast, change nothing", () => {
  const { during, verdicts } = watch();
  during(10_000, 40);
  for (let i = 0; i < 10; i++) {
    during(2_500, 300);
    during(2_500, 40);
  }
  during(30_000, 90);
  expect(verdicts).toEqual([]);
  during(10_000, 200);
  expect(verdicts).toHaveLength(1);
  for (let i = 0; i < 10; i++) {
    during(2_500, 45);
    during(2_500, 90);
  }
  expect(verdicts).toHaveLength(1);
});

test("DN18 a slow tab that is asked for nothing gets a chance after 30 s, and the next ones later and later", () => {
  const { during, verdicts } = watch();
  during(10_000, 40);
  during(5_000, 400);
  during(60_000, 400, { idle: true });
  during(5_000, 400);
  during(59_000, 400, { idle: true });
  expect(verdicts.map((word) => word.split(" ")[0])).toEqual(["busy", "steady", "busy"]);
  during(10_000, 400, { idle: true });
  expect(verdicts).toHaveLength(4);
});

test("DN18 what has become normal for a tab is not slow for ever", () => {
  const { during, verdicts } = watch();
  during(10_000, 40);
  for (let i = 0; i < 6; i++) {
    during(10_000, 120);
    during(500_000, 120, { idle: true });
  }
  const before = verdicts.length;
  during(60_000, 120);
  expect(verdicts).toHaveLength(before);
  expect(verdicts.at(-1)).toContain("steady");
});

test("DN18 steps of a few ms vary by more than their best without making a tab slow", () => {
  const { during, verdicts } = watch();
  during(10_000, 4);
  during(60_000, 20);
  expect(verdicts).toEqual([]);
});
