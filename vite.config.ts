import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const coordinator = process.env["POTLUCK_COORDINATOR"] ?? "http://localhost:8787";
const root = fileURLToPath(new URL("apps/web", import.meta.url));

/** Builds the web app. The coordinator and the script tag are built by scripts/build.mjs. */
const config: UserConfig = defineConfig({
  root,
  plugins: [
    react(),
    VitePWA({
      // A page that donates must not be reloaded behind its owner's back, so nothing happens until they accept; the page
      // registers the worker itself (apps/web/src/app/update.ts).
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        name: "Potluck",
        short_name: "Potluck",
        description: "Chat with a language model that runs in many browser tabs at once, and lend it yours.",
        id: "/",
        start_url: "/",
        display: "standalone",
        lang: "en",
        dir: "ltr",
        categories: ["productivity", "utilities", "education"],
        background_color: "#faf7f2",
        theme_color: "#faf7f2",
        icons: [
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
        screenshots: [
          { src: "/screenshot-wide.png", sizes: "1280x800", type: "image/png", form_factor: "wide", label: "A chat" },
          {
            src: "/screenshot-narrow.png",
            sizes: "360x740",
            type: "image/png",
            form_factor: "narrow",
            label: "A chat",
          },
        ],
        shortcuts: [
          { name: "Chat", url: "/" },
          { name: "Donate", url: "/donate" },
          { name: "Swarm", url: "/swarm" },
        ],
      },
      workbox: {
        // The shell only. The runtime is tens of megabytes, so what a page has used of it is kept from then on, for a tab that
        // answers without a server; weights have their own cache. Of the languages only those that are spoken are kept.
        clientsClaim: true,
        runtimeCaching: [
          {
            urlPattern: /\/assets\/[^/]*ort[^/]*\.(js|wasm)$/,
            handler: "CacheFirst",
            // One build of the runtime, of this release and the one before.
            options: { cacheName: "runtime", expiration: { maxEntries: 6 } },
          },
          {
            urlPattern: /\/assets\/language-[^/]*\.js$/,
            handler: "CacheFirst",
            options: { cacheName: "languages", expiration: { maxEntries: 32 } },
          },
        ],
        globPatterns: ["index.html", "favicon.svg", "assets/*.{js,css}"],
        globIgnores: ["**/*ort*", "**/*.wasm", "**/language-*"],
        maximumFileSizeToCacheInBytes: 1_000_000,
        navigateFallbackDenylist: [/^\/(api|socket\.io|models|embed|healthz|metrics)(\/|$)/],
      },
    }),
  ],
  worker: { format: "es" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    cssTarget: "chrome123",
    // Runtime and weights stay files with names of their own, however small.
    assetsInlineLimit: (file) => (/\.(wasm|onnx|mjs|js)$/.test(file) ? false : undefined),
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        // Told apart by the service worker, which keeps only those that are spoken.
        chunkFileNames: ({ facadeModuleId }) => `assets/${languageName(facadeModuleId) ?? "[name]"}-[hash].js`,
      },
    },
  },
  // Its own wasm files are found by URL; bundled into one dependency they would not be.
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  server: {
    proxy: {
      "/socket.io": { target: coordinator, ws: true },
      "/api": coordinator,
      "/models": coordinator,
    },
  },
});

/** Of the words of a language other than English: all that come at once, or those of one page. */
function languageName(module: string | null): string | null {
  const [, language, part] = /\/i18n\/(?!en\/)(\w+)\/(\w+)\.ts$/.exec(module ?? "") ?? [];
  if (language === undefined) return null;
  return part === "index" ? `language-${language}` : `language-${language}-${part}`;
}

export default config;
