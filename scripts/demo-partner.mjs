/** `npm run demo:partner`: installs and builds what is missing, then shows a partner's page with the script tag on it. */
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { runInFront } from "./run-in-front.mjs";

try {
  await install();
  await build();
  process.exitCode = await runInFront(process.execPath, ["--import", "tsx", "apps/tool/src/demo-partner.ts"]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
