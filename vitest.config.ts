import { playwright } from "@vitest/browser-playwright";
import { existsSync } from "node:fs";
import { defineConfig, type ViteUserConfig } from "vitest/config";

// `npm test` finds a browser and names it here; without a name it is Debian's, else Playwright's own.
const chromium = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** `*.test.ts` runs in Node, `*.web.test.ts` in Chromium. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          include: ["packages/*/{src,test}/**/*.test.ts", "apps/*/{src,test}/**/*.test.ts", "tests/unit/**/*.test.ts"],
          exclude: ["**/*.web.test.ts", "**/node_modules/**", "**/dist/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        // A dependency that is first met in the middle of a run makes Vite reload the page and breaks the running test,
        // and workers are not looked into by themselves.
        optimizeDeps: {
          entries: [
            "packages/*/src/**/*.worker.ts",
            "{packages,apps}/*/{src,test}/**/*.web.test.ts",
            "apps/web/src/main.tsx",
            "apps/embed/src/frame/main.tsx",
          ],
          include: [
            "axe-core",
            "comlink",
            "d3-geo",
            "fast-check",
            "i18next",
            "preact",
            "preact/hooks",
            "preact/jsx-dev-runtime",
            "preact/jsx-runtime",
            "react",
            "react-dom",
            "react-dom/client",
            "react/jsx-dev-runtime",
            "react/jsx-runtime",
            "react-i18next",
            "topojson-client",
            "valibot",
            "wouter",
            "wouter/memory-location",
            "zustand",
            "zustand/vanilla",
          ],
          // Its own wasm files are found by URL; bundled into one dependency they would not be.
          exclude: ["onnxruntime-web"],
        },
        test: {
          name: "web",
          include: ["packages/*/{src,test}/**/*.web.test.ts", "apps/*/{src,test}/**/*.web.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(existsSync(chromium) ? { executablePath: chromium } : {}),
                args: ["--no-sandbox", "--enable-unsafe-webgpu", "--disable-background-networking"],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});

export default config;
