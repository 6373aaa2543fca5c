import { type Browser, chromium } from "@playwright/test";
import { chromiumArgs } from "../stage/index.ts";

/**
 * One browser for everything. `CHROMIUM_PATH` or `CHROME` says which, if not Playwright's; `CHROME_FLAGS` adds arguments, as a
 * machine's GPU may need.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? process.env["CHROME"];
  const flags = (process.env["CHROME_FLAGS"] ?? "").split(" ").filter((flag) => flag !== "");
  return await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...chromiumArgs, ...flags],
  });
}
