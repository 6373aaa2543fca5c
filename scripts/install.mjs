/** Installs the dependencies that package-lock.json names, if they are not there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isStartedDirectly, root } from "./root.mjs";
import { runCommand } from "./run-command.mjs";

const lowestNode = [20, 19];

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < lowestNode[0] || (major === lowestNode[0] && minor < lowestNode[1])) {
    throw new Error(`Potluck needs Node ${lowestNode.join(".")} or newer; this is ${process.versions.node}.`);
  }
};

const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

/**
 * Is everything there that the lock file names? npm writes the list of what it installed last of all, so an interrupted
 * installation has none. Optional packages are those of other platforms.
 */
const isInstalled = () => {
  const listFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(listFile)) return false;
  const installed = packagesOf(listFile);
  return Object.entries(packagesOf(join(root, "package-lock.json"))).every(
    ([path, wanted]) =>
      path === "" ||
      wanted.optional === true ||
      (installed[path] !== undefined &&
        installed[path].version === wanted.version &&
        installed[path].integrity === wanted.integrity),
  );
};

/** Throws with a sentence that says what to do. */
export const install = async () => {
  checkNode();
  if (isInstalled()) return;
  console.log("Installing dependencies (about a minute) …");
  // Not `npm ci`: it refuses a lock file without the packages of all other platforms, which not every registry mirror has.
  // This installs the locked versions too, checked by their hashes, and leaves the lock file as it is.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = await runCommand("npm", args, { quiet: true });
  if (!result.ok) {
    throw new Error(
      `npm install failed. The first run needs the npm registry; check the connection and try again.\n${result.output}`,
    );
  }
  console.log(`Installed in ${(result.durationMs / 1000).toFixed(0)} s.`);
};

if (isStartedDirectly(import.meta.url)) {
  await install().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
