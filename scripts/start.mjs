/**
 * `npm start`: installs and builds what is missing, then runs the coordinator, which prints its address.
 * `PORT` and `POTLUCK_DATA` are passed on.
 */
import { join } from "node:path";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { root } from "./root.mjs";
import { runInFront } from "./run-in-front.mjs";

try {
  await install();
  await build();
  process.exitCode = await runInFront(process.execPath, [join(root, "apps/signal/dist/main.js")], {
    PORT: process.env.PORT ?? "8787",
    POTLUCK_DATA: process.env.POTLUCK_DATA ?? join(root, ".potluck"),
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
