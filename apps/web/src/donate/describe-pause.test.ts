import type { PauseReason } from "@potluck/donor";
import { expect, test } from "vitest";
import { wholeWords } from "../../test/whole-words.ts";
import { describePause } from "./describe-pause.ts";

const { t } = wholeWords();
/** A Monday's noon, by the clock of whoever runs this. */
const now = new Date(2026, 10, 23, 12).getTime();
const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime();

test.each<[PauseReason, string]>([
  [{ why: "by-person" }, "You paused it. It goes on when you press Resume."],
  [{ why: "not-idle" }, "Somebody uses this device. It goes on once nobody has touched it for a minute."],
  [{ why: "on-battery" }, "The device runs on battery. It goes on when it is plugged in."],
  [{ why: "hidden" }, "This page can't be seen. It goes on when you look at it again."],
  [
    { why: "hidden-on-battery" },
    "This page can't be seen, and the device may be on battery. It goes on when you look at it again or plug the device in.",
  ],
  [{ why: "save-data" }, "This device saves data. It goes on when that is switched off."],
  [{ why: "slow-network" }, "The network is slow. It goes on when it is faster."],
  [{ why: "out-of-sight" }, "What shows that this tab helps is out of sight. It goes on when it can be seen again."],
  [{ why: "page-suffers" }, "This page stutters. It goes on when it draws smoothly again."],
  [{ why: "calming-down", untilMs: now + 5000 }, "Nothing stands in the way any more. It goes on in a few seconds."],
])("WB54 a pause says why, and when it goes on: %j", (reason, words) => {
  expect(describePause(reason, now, "en-GB", t)).toBe(words);
});

test("WB54 a pause that ends by the clock says when, with the day where it is another", () => {
  expect(describePause({ why: "schedule", untilMs: at(23, 18) - 20 }, now, "en-GB", t)).toBe(
    "It is outside of your hours. It goes on at 18:00.",
  );
  expect(describePause({ why: "data-cap", untilMs: at(24, 0) }, now, "en-GB", t)).toMatch(
    /^Today's data is used up\. It goes on Tuesday at 0?0:00\.$/,
  );
});
