import type { LayerRange, LinkView, NodeView } from "@potluck/protocol";

export interface PlacedNode {
  readonly node: NodeView;
  readonly x: number;
  readonly y: number;
}

export interface PlacedLink {
  readonly link: LinkView;
  /** An SVG path from one dot to the other. */
  readonly path: string;
  /** The middle of it. */
  readonly x: number;
  readonly y: number;
}

/** Tabs that hold the same layers, side by side. */
export interface Band {
  readonly range: LayerRange;
  /** Top of its words. */
  readonly y: number;
  readonly height: number;
}

export interface GraphLayout {
  readonly bands: readonly Band[];
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
  readonly height: number;
}

/** All in CSS pixels. */
const graphSizes = { padding: 20, step: 44, line: 44, words: 26, gap: 30 } as const;

/**
 * The picture of one model's tabs in `width` pixels: from the first layers above to the last below, each group in as many
 * lines as it needs. The same tabs always give the same picture.
 */
export function layOutGraph(nodes: readonly NodeView[], links: readonly LinkView[], width: number): GraphLayout {
  const { padding, step, line, words, gap } = graphSizes;
  const perLine = Math.max(1, Math.floor((width - 2 * padding) / step));
  const groups = new Map<string, NodeView[]>();
  for (const node of nodes) {
    const key = `${node.segment.from} ${node.segment.to}`;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const ordered = [...groups.values()].sort(([a], [b]) => compareRanges(a, b));
  const bands: Band[] = [];
  const placed = new Map<string, PlacedNode>();
  let y = 0;
  for (const group of ordered) {
    const [first] = group;
    if (first === undefined) continue;
    const lines = Math.ceil(group.length / perLine);
    const height = words + lines * line;
    bands.push({ range: { from: first.segment.from, to: first.segment.to }, y, height });
    group.forEach((node, i) => {
      const row = Math.floor(i / perLine);
      const inRow = Math.min(perLine, group.length - row * perLine);
      const x = width / 2 + ((i % perLine) - (inRow - 1) / 2) * Math.min(step * 2, (width - 2 * padding) / inRow);
      placed.set(node.name, { node, x, y: y + words + row * line + line / 2 });
    });
    y += height + gap;
  }
  return {
    bands,
    nodes: [...placed.values()],
    links: links.flatMap((link) => placeLink(link, placed.get(link.a), placed.get(link.b))),
    height: Math.max(0, y - gap),
  };
}

function compareRanges(a: NodeView | undefined, b: NodeView | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return a.segment.from - b.segment.from || a.segment.to - b.segment.to;
}

/** A slight bow, so that lines over a third dot do not look like its own; a high one between neighbours in a line. */
function placeLink(link: LinkView, a: PlacedNode | undefined, b: PlacedNode | undefined): PlacedLink[] {
  if (a === undefined || b === undefined) return [];
  const [top, bottom] = a.y <= b.y ? [a, b] : [b, a];
  const isLevel = top.y === bottom.y;
  const bow = isLevel ? { x: 0, y: -30 } : { x: (bottom.y - top.y) / 8, y: 0 };
  const middle = { x: (top.x + bottom.x) / 2 + bow.x, y: (top.y + bottom.y) / 2 + bow.y };
  const path = `M${top.x} ${top.y} Q${middle.x} ${middle.y} ${bottom.x} ${bottom.y}`;
  // Where the curve is at half its way.
  return [{ link, path, x: (top.x + 2 * middle.x + bottom.x) / 4, y: (top.y + 2 * middle.y + bottom.y) / 4 }];
}
