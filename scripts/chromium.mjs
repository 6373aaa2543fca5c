/** Finds a Chromium for the tests, installs one if there is none, and prints its path. */
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isStartedDirectly } from "./root.mjs";
import { bin, runCommand } from "./run-command.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const appPaths = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Some distributions ship a placeholder that only tells how to install the real one. */
const works = async (path) =>
  isExecutable(path) && (await runCommand(path, ["--version"], { quiet: true, timeoutMs: 30_000 })).ok;

const onPath = () =>
  (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));

const playwrightOwn = async () => {
  const { chromium } = await import("@playwright/test");
  return chromium.executablePath();
};

const firstWorking = async () => {
  for (const path of [...onPath(), ...appPaths, await playwrightOwn()]) {
    if (await works(path)) return path;
  }
  return undefined;
};

const isRootWithApt = () => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

const installWithApt = async () => {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  console.error("Installing Debian's chromium …");
  const update = await runCommand("apt-get", [...wait, "update", "-q"], { env, quiet: true });
  if (!update.ok) return update.output;
  const added = await runCommand("apt-get", [...wait, "install", "-y", "-q", "chromium"], { env, quiet: true });
  return added.ok ? "" : added.output;
};

const installWithPlaywright = async () => {
  console.error("Downloading Playwright's Chromium …");
  const result = await runCommand(bin("playwright"), ["install", "chromium"], { quiet: true });
  return result.ok ? "" : result.output;
};

/** Path of a browser that starts. Throws with a sentence that says what to do. Needs the dependencies. */
export const findChromium = async () => {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen !== undefined && chosen !== "") {
    if (await works(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH is ${chosen}, which does not start. Correct it, or leave it out.`);
  }
  const present = await firstWorking();
  if (present !== undefined) return present;
  const failures = [];
  for (const attempt of isRootWithApt() ? [installWithApt, installWithPlaywright] : [installWithPlaywright]) {
    failures.push(await attempt());
    const installed = await firstWorking();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    `No Chromium found, and none could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH.\n${failures.join("\n")}`,
  );
};

if (isStartedDirectly(import.meta.url)) {
  try {
    console.log(await findChromium());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
