import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Builds the page inside the frame. The loader has a build of its own (vite.loader.config.ts), since it is no module. */
const config: UserConfig = defineConfig({
  root,
  base: "/embed/",
  worker: { format: "es" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    cssTarget: "chrome123",
    modulePreload: { polyfill: false },
    // Runtime and workers stay files with names of their own, however small.
    assetsInlineLimit: (file) => (/\.(wasm|onnx|mjs|js)$/.test(file) ? false : undefined),
    chunkSizeWarningLimit: 1000,
    rolldownOptions: { input: `${root}frame.html` },
  },
  // Its own wasm files are found by URL; bundled into one dependency they would not be.
  optimizeDeps: { exclude: ["onnxruntime-web"] },
});

export default config;
