import { emptyDay, type Ledger } from "@potluck/donor";
import type { Words } from "../../i18n/create-words.ts";

/** What the chart can show of a day. */
export const metrics = ["tokens", "answers", "seconds", "bytes"] as const;
export type Metric = (typeof metrics)[number];

export function amountOf(ledger: Ledger, day: string, metric: Metric): number {
  const given = ledger.get(day) ?? emptyDay;
  return metric === "bytes" ? given.sentBytes + given.receivedBytes : given[metric];
}

export function describeAmount(amount: number, metric: Metric, t: Words): string {
  switch (metric) {
    case "tokens":
    case "answers":
      return t("count", { n: amount });
    case "seconds":
      return t("duration", { n: amount * 1000 });
    case "bytes":
      return t("bytes", { n: amount });
    default:
      return metric satisfies never;
  }
}
