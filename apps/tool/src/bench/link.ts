/** What a frame takes from one tab to another, by distance, size, slices and associations. */
import type { Browser } from "@playwright/test";
import { median } from "./median.ts";
import { bundlePage } from "./link/bundle-page.ts";
import { type Ends, openEnds } from "./link/open-ends.ts";
import type { Plan } from "./link/page.ts";
import { percentile } from "../soak/percentile.ts";
import type { NetworkPath } from "../stage/index.ts";

/** One-way times of frames of one size over one path. */
export interface LinkRow {
  /** Null: the pages reach each other without the emulated network. */
  readonly path: NetworkPath | null;
  readonly over:
    | { readonly kind: "link"; readonly mostAssociations: number }
    | { readonly kind: "channels"; readonly associations: number; readonly messageBytes: number };
  readonly bytes: number;
  /** The first frame of this size: congestion windows have not grown for it yet. */
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface MeasureLinkOptions {
  readonly paths: readonly (NetworkPath | null)[];
  /** Payload bytes of the frames. */
  readonly sizes: readonly number[];
  readonly over: readonly LinkRow["over"][];
  /** Frames of each size, one at a time. */
  readonly rounds: number;
}

/** Further associations come about with the third ping's answer and a handshake behind it. */
const widenMs = 4_000;

/** Rows in the order of paths, ways and sizes, each way over a connection of its own. */
export async function measureLink(browser: Browser, options: MeasureLinkOptions): Promise<LinkRow[]> {
  const script = await bundlePage();
  const rows: LinkRow[] = [];
  for (const path of options.paths) {
    for (const over of options.over) {
      const ends = await openEnds(browser, script, path);
      try {
        await connect(ends, over);
        for (const bytes of options.sizes) {
          const times = await measure(ends, over, bytes, { rounds: options.rounds, gapMs: 0 });
          const [firstMs = Number.NaN] = times;
          rows.push({ path, over, bytes, firstMs, p50Ms: median(times), p95Ms: percentile(times, 0.95) });
        }
      } finally {
        await ends.close();
      }
    }
  }
  return rows;
}

async function connect(ends: Ends, over: LinkRow["over"]): Promise<void> {
  const sides = [
    { page: ends.near, initiator: true },
    { page: ends.far, initiator: false },
  ];
  if (over.kind === "channels") {
    const { associations: count } = over;
    await Promise.all(
      sides.map(({ page, initiator }) =>
        page.evaluate((to) => window.potluckEnd.openChannels(to.count, to.initiator), { count, initiator }),
      ),
    );
    return;
  }
  const { mostAssociations: most } = over;
  await Promise.all(
    sides.map(({ page, initiator }) =>
      page.evaluate((to) => window.potluckEnd.openLink(to.initiator, to.most), { most, initiator }),
    ),
  );
  // A frame larger than a slice says what the link is for.
  await measure(ends, over, 10_000, { rounds: 1, gapMs: 0 });
  await new Promise((resolve) => setTimeout(resolve, widenMs));
}

function measure({ near }: Ends, over: LinkRow["over"], bytes: number, plan: Plan): Promise<number[]> {
  if (over.kind === "link")
    return near.evaluate((of) => window.potluckEnd.overLink(of.bytes, of.plan), { bytes, plan });
  const { messageBytes } = over;
  return near.evaluate((of) => window.potluckEnd.overChannels(of.bytes, of.messageBytes, of.plan), {
    bytes,
    messageBytes,
    plan,
  });
}
