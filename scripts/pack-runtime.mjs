/**
 * The runtime's WebAssembly, packed for transport beside each file (`x.wasm.br`): a fifth of its size, and too much work to
 * do for every visitor. What was packed once is kept by its content, since both pages bring the same files.
 */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/** A second for 27 MB; the highest takes a minute for an eighth less. */
const quality = 5;

/** Packs every `.wasm` of the folder; `cache` is a folder that outlives builds. */
export const packRuntime = (folder, cache) => {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".wasm"))) {
    const bytes = readFileSync(join(folder, name));
    const packed = join(cache, `${createHash("sha256").update(bytes).digest("hex")}-${quality}.br`);
    if (!existsSync(packed)) {
      const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      writeFileSync(packed, brotliCompressSync(bytes, { params }));
    }
    copyFileSync(packed, join(folder, `${name}.br`));
  }
};
