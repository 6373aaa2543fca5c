import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A running coordinator with a data folder of its own. */
export interface Coordinator {
  /** Its origin, without a slash at the end. */
  readonly url: string;
  readonly dataDir: string;
  /** Everything that it printed so far: its logs. */
  output(): string;
  /** Ends it gracefully; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Ends it without a goodbye, as a power cut would. */
  kill(): Promise<void>;
}

const mainFile = fileURLToPath(new URL("../../../signal/dist/main.js", import.meta.url));
const startTimeoutMs = 60_000;
/** A graceful shutdown lets answers finish; past this it hangs. */
const stopTimeoutMs = 30_000;

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once("exit", (code) => resolve(code));
  });

/** Starts the built coordinator. `port` 0 takes a free one; `env` is added to this process's. */
export const startCoordinator = async (
  options: { readonly port?: number; readonly dataDir?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Coordinator> => {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "potluck-e2e-")));
  const child = spawn(process.execPath, [mainFile], {
    env: { ...process.env, ...options.env, PORT: String(options.port ?? 0), POTLUCK_DATA: dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (reason: string): void => {
      child.kill("SIGKILL");
      reject(new Error(`The coordinator did not start: ${reason}. It printed:\n${printed}`));
    };
    const late = setTimeout(() => fail(`no address within ${startTimeoutMs / 1000} s`), startTimeoutMs);
    const read = (chunk: Buffer): void => {
      printed += chunk.toString("utf8");
      const address = /Potluck is at (http:\/\/localhost:\d+)/.exec(printed)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => {
      clearTimeout(late);
      fail(`it ended with code ${code}; run \`npm run build\` first`);
    });
  });
  return {
    url,
    dataDir,
    output: () => printed,
    stop: async () => {
      const kill = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      child.kill("SIGTERM");
      const code = await exitOf(child);
      clearTimeout(kill);
      return code;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exitOf(child);
    },
  };
};
