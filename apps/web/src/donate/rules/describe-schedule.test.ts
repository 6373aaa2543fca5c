import { expect, test } from "vitest";
import { wholeWords } from "../../../test/whole-words.ts";
import { fromClock, toClock } from "./clock-minutes.ts";
import { describeSchedule } from "./describe-schedule.ts";

const { t } = wholeWords();

test("WB55 a schedule is one sentence: its hours and days, and whether they go over midnight", () => {
  const nine = { fromMinute: 540, toMinute: 1020 };
  expect(describeSchedule({ ...nine, days: [0, 1] }, "en", t)).toBe("From 09:00 to 17:00 on Monday and Sunday.");
  expect(describeSchedule({ ...nine, days: [] }, "en", t)).toBe("From 09:00 to 17:00, every day.");
  expect(describeSchedule({ days: [5], fromMinute: 1320, toMinute: 360 }, "en", t)).toBe(
    "From 22:00 to 06:00 of the next day, beginning on Friday.",
  );
  const noon = { fromMinute: 720, toMinute: 720 };
  expect(describeSchedule({ ...noon, days: [] }, "en", t)).toBe("All day, every day.");
  expect(describeSchedule({ ...noon, days: [5] }, "en", t)).toBe(
    "From 12:00 to 12:00 of the next day, beginning on Friday.",
  );
  expect(describeSchedule({ days: [5], fromMinute: 0, toMinute: 0 }, "en", t)).toBe("All day on Friday.");
});

test("WB55 every minute of the day stands in a time input, and an unfinished one is no time", () => {
  const minutes = Array.from({ length: 1440 }, (_, minute) => minute);
  expect(minutes.map((minute) => fromClock(toClock(minute)))).toEqual(minutes);
  expect([toClock(1440), fromClock(""), fromClock("7:3")]).toEqual(["00:00", null, null]);
});
