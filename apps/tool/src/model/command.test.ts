import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const demo = "packages/demo-model/models/swarm-demo-draft-1m";

/** The command as people run it: its exit code and all that it prints. `onText` sees that at once. */
async function run(
  args: readonly string[],
  onText: (text: string) => void = () => {},
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "apps/tool/src/model.ts", ...args], { cwd: root });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => onText((text += bytes.toString())));
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, text };
}

test("MO41 a folder that is not there is called that", async () => {
  const { code, text } = await run(["inspect", "no/such/model"]);
  expect(code).toBe(1);
  expect(text).toMatch(/^There is no such folder: \S*no\/such\/model\. .*\n$/);
});

test("MO41 a target that is there is told in a plain sentence", async () => {
  const { code, text } = await run(["manifest", demo, "--dtype", "q4", "-o", "packages/demo-model"]);
  expect(code).toBe(1);
  expect(text).toMatch(/^packages\/demo-model exists already\. .*\n$/);
});

test("MO41 a server that does not answer is named before the answer is waited for", async () => {
  // It answers once its name was printed: the other way round this would wait for ever.
  let announced: () => void = () => {};
  const isAnnounced = new Promise<void>((resolve) => (announced = resolve));
  const server = createServer((_, response) => {
    void isAnnounced.then(() => response.writeHead(403).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model/`;
  const { code, text } = await run(["inspect", url], (soFar) => {
    if (soFar.includes(`Reading ${url} ...`)) announced();
  });
  server.close();
  expect(code).toBe(1);
  expect(text).toMatch(/^Reading .*\nSourceError \(denied\): .*\n$/);
});
