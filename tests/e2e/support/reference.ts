import type { ChatTurn } from "@potluck/donor";
import { readFile } from "node:fs/promises";

/** One chat of the demo model's reference outputs. */
export interface ReferenceChat {
  readonly messages: readonly ChatTurn[];
  readonly prompt_ids: readonly number[];
  /** Greedy ids of the q4 export on a CPU, the end token included, 64 at most. */
  readonly q4_onnx_cpu: readonly number[];
}

const file = new URL("../../../packages/demo-model/reference.json", import.meta.url);

/** `count` chats: every multi-turn one first come, first served up to half of them, then the single questions. */
export async function referenceChats(count: number): Promise<readonly ReferenceChat[]> {
  const { items } = JSON.parse(await readFile(file, "utf8")) as { items: readonly ReferenceChat[] };
  const multi = items.filter(({ messages }) => messages.filter(({ role }) => role === "user").length > 1);
  const chosen = multi.slice(0, Math.ceil(count / 2));
  return [...chosen, ...items.filter((item) => !multi.includes(item))].slice(0, count);
}
