import { type Coordinator, startCoordinator } from "@potluck/tool/stage";
import { test as base } from "@playwright/test";
import { rm } from "node:fs/promises";

export { type Coordinator, startCoordinator } from "@potluck/tool/stage";

/** Starting is given up after a minute, stopping after half of one. */
const fixtureTimeoutMs = 90_000;

/** Tests with a coordinator of their worker; `page.goto("/")` goes to it. */
export const test = base.extend<object, { coordinator: Coordinator }>({
  coordinator: [
    // Playwright reads which fixtures this one needs from the pattern: none.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const coordinator = await startCoordinator();
      await use(coordinator);
      await coordinator.stop();
      await rm(coordinator.dataDir, { recursive: true, force: true });
    },
    { scope: "worker", timeout: fixtureTimeoutMs },
  ],
  baseURL: async ({ coordinator }, use) => {
    await use(coordinator.url);
  },
});
export { expect } from "@playwright/test";
