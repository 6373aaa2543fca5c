import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";

/** Bundles the coordinator for Node, which runs no TypeScript: the workspaces go in, npm packages stay outside. */
const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  ssr: { noExternal: [/^@potluck\//], target: "node" },
  build: {
    ssr: "src/main.ts",
    outDir: "dist",
    emptyOutDir: true,
    target: "node20",
    sourcemap: true,
    minify: false,
    rolldownOptions: { output: { entryFileNames: "main.js", format: "es" } },
  },
});

export default config;
