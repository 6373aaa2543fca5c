/**
 * `npm start`: installs and builds what is missing, then runs the coordinator, which prints its address.
 * `PORT` and `POTLUCK_DATA` are passed on.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { root } from "./root.mjs";

const serve = () =>
  new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      PORT: process.env.PORT ?? "8787",
      POTLUCK_DATA: process.env.POTLUCK_DATA ?? join(root, ".potluck"),
    };
    const server = spawn(process.execPath, [join(root, "apps/signal/dist/main.js")], {
      cwd: root,
      env,
      stdio: "inherit",
    });
    // A terminal sends Ctrl-C to the server too; told twice, it would not end gracefully.
    process.on("SIGINT", () => process.stdin.isTTY || server.kill("SIGINT"));
    process.on("SIGTERM", () => server.kill("SIGTERM"));
    server.once("error", reject);
    server.once("exit", (code, signal) => {
      const asked = signal === "SIGINT" || signal === "SIGTERM";
      resolve(code ?? (asked ? 0 : 1));
    });
  });

try {
  await install();
  await build();
  process.exitCode = await serve();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
