import { consentMs } from "@potluck/protocol";

// What the question promises; a test holds it against the rules that the donor's code follows.

/** Of the time. */
export const guestShare = 0.25;
/** Moved a day, in bytes. */
export const guestDailyBytes = 500e6;
export const consentHours = consentMs / 3_600_000;
