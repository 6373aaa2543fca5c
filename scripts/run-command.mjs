import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./root.mjs";

const onWindows = process.platform === "win32";

/** Path of an installed package's command. */
export const bin = (name) => join(root, "node_modules", ".bin", onWindows ? `${name}.cmd` : name);

const killTree = (child) => {
  try {
    // The child leads its own process group, so that browsers it started end with it.
    process.kill(onWindows ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // Gone already.
  }
};

/**
 * Runs a command in the repository's folder. `quiet` keeps its output back.
 * Resolves, never rejects, to `{ok, code, output, durationMs}`; a command that can't start or takes longer than
 * `timeoutMs` is not ok, and its output says why.
 */
export const runCommand = (command, args, { env = {}, quiet = false, timeoutMs = 30 * 60_000 } = {}) =>
  new Promise((resolve) => {
    const startedMs = performance.now();
    const chunks = [];
    const note = (text) => {
      chunks.push(Buffer.from(text));
      if (!quiet) process.stderr.write(text);
    };
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
      shell: onWindows,
      detached: !onWindows,
    });
    const stop = (signal) => {
      killTree(child);
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    const deadline = setTimeout(() => {
      note(`\n${command} took longer than ${timeoutMs / 60_000} minutes and was ended.\n`);
      killTree(child);
    }, timeoutMs);
    child.stdout?.on("data", (chunk) => chunks.push(chunk));
    child.stderr?.on("data", (chunk) => chunks.push(chunk));
    const finish = (code) => {
      clearTimeout(deadline);
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      const output = Buffer.concat(chunks).toString("utf8");
      resolve({ ok: code === 0, code, output, durationMs: performance.now() - startedMs });
    };
    child.once("error", (error) => {
      note(`${command} can't be started: ${error.message}\n`);
      finish(127);
    });
    child.once("close", (code) => finish(code ?? 1));
  });
