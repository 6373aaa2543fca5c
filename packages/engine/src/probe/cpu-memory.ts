import type { ProbedMemory } from "./probe-steps.ts";

/** Of each page, so that the system really finds the memory. */
const pageBytes = 4096;
const blockBytes = 16 * 2 ** 20;

/** Memory of the page itself. `allocate` throws a RangeError when there is none. */
export function cpuMemory(
  allocate: (bytes: number) => Uint8Array = (bytes) => new Uint8Array(bytes),
  breathe: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve)),
): ProbedMemory {
  let blocks: Uint8Array[] = [];
  let next = 0;
  return {
    async grow(bytes) {
      const before = blocks.length;
      for (let left = bytes; left > 0; left -= blockBytes) {
        const block = allocated(allocate, Math.min(left, blockBytes));
        if (block === null || !keeps(block)) {
          blocks.length = before;
          return false;
        }
        blocks.push(block);
        // The page goes on drawing meanwhile.
        await breathe();
      }
      return true;
    },
    async move() {
      const from = blocks[next % blocks.length];
      next += 1;
      const to = blocks[next % blocks.length];
      if (from === undefined || to === undefined) return 0;
      const size = Math.min(from.length, to.length);
      if (from === to) to.fill(next & 0xff);
      else to.set(from.subarray(0, size));
      await breathe();
      return from === to ? size : size * 2;
    },
    async free() {
      blocks = [];
    },
  };
}

function allocated(allocate: (bytes: number) => Uint8Array, bytes: number): Uint8Array | null {
  try {
    return allocate(bytes);
  } catch {
    return null;
  }
}

function keeps(block: Uint8Array): boolean {
  for (let at = 0; at < block.length; at += pageBytes) block[at] = (at / pageBytes) & 0xff;
  for (let at = 0; at < block.length; at += pageBytes) if (block[at] !== ((at / pageBytes) & 0xff)) return false;
  return true;
}
