import type { LinkRow } from "./link.ts";
import { table } from "./table.ts";

const way = (over: LinkRow["over"]): string => {
  switch (over.kind) {
    case "link":
      return `link, up to ${over.mostAssociations} association${over.mostAssociations === 1 ? "" : "s"}`;
    case "channels":
      return `${over.associations} bare channel${over.associations === 1 ? "" : "s"}, messages of ${over.messageBytes}`;
    default:
      return over satisfies never;
  }
};

/** One-way times less the path's own delay: what the transport adds. Rows of one path and size are compared with its first. */
export function renderLink(rows: readonly LinkRow[]): string {
  const delay = ({ path }: LinkRow): number => path?.oneWayMs ?? 0;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return table([
    [
      "frame over",
      "one way",
      "bytes",
      "one way ÷ path's delay",
      "median beyond delay",
      "p95 beyond delay",
      "first beyond delay",
    ],
    ...rows.map((row) => [
      way(row.over),
      row.path === null ? "no proxy" : `${row.path.oneWayMs} ms${(row.path.loss ?? 0) > 0 ? ", lossy" : ""}`,
      String(row.bytes),
      delay(row) === 0 ? "" : `${(row.p50Ms / delay(row)).toFixed(2)} ×`,
      ms(row.p50Ms - delay(row)),
      ms(row.p95Ms - delay(row)),
      ms(row.firstMs - delay(row)),
    ]),
  ]);
}
