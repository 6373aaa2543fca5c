import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "potluck-main-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

/** The process as `npm start` runs it, and all that it prints. */
function run(env: Record<string, string>): {
  child: ChildProcess;
  printed: () => string;
  exit: Promise<number | null>;
} {
  const child = spawn(process.execPath, ["--import", "tsx", main], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    env: { ...process.env, POTLUCK_DATA: dataDir, ...env },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (text += bytes.toString()));
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, printed: () => text, exit };
}

test("SG14 without any usable model the process says what was asked for and what there is, and ends", async () => {
  await mkdir(join(dataDir, "models", "empty"), { recursive: true });
  const { printed, exit } = run({ PORT: "0", POTLUCK_MODELS: "swarm-dmo,empty", POTLUCK_LOG: "error" });
  expect(await exit).toBe(1);
  const sentence = printed().trim();
  expect(sentence).toMatch(/^POTLUCK_MODELS names swarm-dmo, empty, which can't be served\. Models that are there: /);
  expect(sentence).toContain("swarm-demo-10m-q4,");
  expect(sentence.split("there: ")[1]).not.toContain("empty");
  expect(sentence).not.toContain("\n");
});

test("SG11 the process prints its address, answers, and ends well when it is told to", async () => {
  const { child, printed, exit } = run({ PORT: "0" });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", () => {
      const found = /Potluck is at (http:\/\/localhost:\d+)/.exec(printed())?.[1];
      if (found !== undefined) resolve(found);
    });
    void exit.then(() => reject(new Error(printed())));
  });
  const swarm = (await (await fetch(`${url}/api/swarm`)).json()) as { models: { id: string }[] };
  expect(swarm.models.map((model) => model.id)).toEqual(["swarm-demo-10m-q4"]);
  child.kill("SIGTERM");
  expect(await exit).toBe(0);
});

test("SG11 a taken port is a sentence, not a stack", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, resolve));
  const { port } = other.address() as AddressInfo;
  const { printed, exit } = run({ PORT: String(port) });
  expect(await exit).toBe(1);
  expect(printed()).toContain(`Port ${port} is taken.`);
  expect(printed()).not.toContain("    at ");
  other.close();
});
