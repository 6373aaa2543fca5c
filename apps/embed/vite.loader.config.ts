import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Writes the loader once more under a name for good, and what a page's `integrity` attribute says of it. */
const versioned: Plugin = {
  name: "versioned-loader",
  writeBundle({ dir }) {
    const folder = `${dir}/`;
    const script = readFileSync(`${folder}v1.js`);
    const digest = createHash("sha384").update(script).digest();
    const file = `v1.${digest.toString("hex").slice(0, 12)}.js`;
    const integrity = `sha384-${digest.toString("base64")}`;
    writeFileSync(`${folder}${file}`, script);
    writeFileSync(`${folder}integrity.json`, `${JSON.stringify({ file, integrity }, null, 2)}\n`);
    console.log(`Embed: ${file}, integrity ${integrity}, ${gzipSync(script).length} bytes gzip`);
  },
};

/** Builds the script that partners' pages load: one classic script, for any browser that could run the frame and some older. */
const config: UserConfig = defineConfig({
  root,
  plugins: [versioned],
  publicDir: false,
  build: {
    outDir: "dist",
    // The frame's build, which comes first, has emptied it.
    emptyOutDir: false,
    target: "es2020",
    modulePreload: false,
    rolldownOptions: {
      input: `${root}src/loader/main.ts`,
      output: { format: "iife", entryFileNames: "v1.js" },
    },
  },
});

export default config;
