import { defineConfig } from "@playwright/test";

const chromium = process.env["CHROMIUM_PATH"];

/** End-to-end tests: a built coordinator each worker (tests/e2e/coordinator.ts), real pages in one Chromium. */
export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  forbidOnly: process.env["CI"] !== undefined,
  // Tabs compute on the CPU here; a second worker would only halve the first one's speed.
  workers: 1,
  // Two cores that run four tabs of a model: slow is normal, stuck is what a deadline is for.
  timeout: 8 * 60_000,
  expect: { timeout: 120_000 },
  use: {
    // Without pictures: to film every tab costs more than to compute its layers.
    trace: { mode: "retain-on-failure", screenshots: false },
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        "--no-sandbox",
        "--enable-unsafe-webgpu",
        "--disable-background-networking",
        // Tabs of one machine find each other by address: multicast DNS works too where the machine has multicast, and not
        // every container has.
        // And Debian's browser would forbid a partner's frame all storage, because Playwright switches off what keeps it apart.
        "--disable-features=WebRtcHideLocalIpsWithMdns,TrackingProtection3pcd,ForceThirdPartyCookieBlocking",
      ],
    },
  },
});
