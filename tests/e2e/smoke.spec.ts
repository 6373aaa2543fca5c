import { expect, test } from "./coordinator.ts";

test("SG7 the coordinator says that it is well", async ({ request }) => {
  const answer = await request.get("/healthz");
  expect(answer.status()).toBe(200);
});

test("SG9 the web app is served and shows its name", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveTitle(/Potluck/);
});
