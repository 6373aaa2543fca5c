import type { PartName } from "@potluck/model";
import { type ByteSource, type ExportDescription, readExport } from "@potluck/model/read";

/** A table of an export's parts, for people. Reads no weights. */
export async function inspect(source: ByteSource, dtype: string): Promise<string> {
  return renderExport(await readExport(source, dtype));
}

function renderExport(description: ExportDescription): string {
  const { architecture: a, cuts, usedBy, path } = description;
  const bytesOf = new Map(description.export.weights.map((w) => [w.name, w.lengthBytes]));
  const own = (part: PartName): readonly string[] =>
    [...usedBy].filter(([, users]) => users.length === 1 && users[0] === part).map(([name]) => name);
  const sum = (names: readonly string[]): number => names.reduce((total, name) => total + (bytesOf.get(name) ?? 0), 0);
  const row = (part: PartName, label: string, cut: string): string[] => {
    const names = own(part);
    return [label, String(names.length), formatBytes(sum(names)), cut];
  };
  const cutText = (layer: number): string => (cuts[layer]?.tensors ?? []).join("  +  ");
  const shared = [...usedBy].filter(([, users]) => users.length > 1).map(([name]) => name);
  const rows = [
    ["part", "weights", "bytes", "hidden states that leave it"],
    row("embedding", "embedding", cutText(0)),
    ...a.kv.map((_, layer) => row(layer, `layer ${layer}`, cutText(layer + 1))),
    row("head", "head", "(logits)"),
    ["shared", String(shared.length), formatBytes(sum(shared)), shared.join("  ")],
    ["all", String(usedBy.size), formatBytes(sum([...usedBy.keys()])), ""],
  ];
  const [kv] = a.kv;
  return [
    `${path}: ${a.layerCount} layers of width ${a.hiddenSize}, ${a.activation} hidden states, vocabulary ${a.vocabSize}, up to ${a.maxPositions} positions`,
    `attention: ${a.attention === "gqa" ? "fused GroupQueryAttention" : "plain operators"}; cache of a layer: ${kv?.kvHeads} heads of ${kv?.headDim}, ${kv?.dtype}; stop tokens: ${a.stopTokens.join(", ")}`,
    "",
    table(rows),
  ].join("\n");
}

/** Columns padded to their widest cell; numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 1 || i === 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

function formatBytes(bytes: number): string {
  return bytes.toLocaleString("en-GB");
}
