import { spawn } from "node:child_process";
import { root } from "./root.mjs";

/** Runs what goes on until somebody ends it, in the repository's folder and at this terminal. Resolves to its exit code. */
export const runInFront = (command, args, env = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" });
    // A terminal sends Ctrl-C to the child too; told twice, it would not end gracefully.
    process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const asked = signal === "SIGINT" || signal === "SIGTERM";
      resolve(code ?? (asked ? 0 : 1));
    });
  });
