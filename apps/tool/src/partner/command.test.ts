import { PartnerRegistry } from "@potluck/signal/partners";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

test("SG18 the command line registers, changes and revokes in the file that the coordinator reads", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "potluck-partner-"));
  /** The command as people run it. */
  const run = async (...args: readonly string[]): Promise<string> => {
    const child = spawn(process.execPath, ["--import", "tsx", "apps/tool/src/partner.ts", ...args], {
      cwd: root,
      env: { ...process.env, POTLUCK_DATA: dataDir },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (text += bytes.toString()));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return `${code} ${text}`;
  };
  const registry = await PartnerRegistry.open(dataDir);

  const added = await run("add", "--name", "The Paper", "--origin", "https://paper.example", "--max-tabs", "5");
  await registry.refresh();
  const [partner] = registry.all();
  expect(partner).toMatchObject({ name: "The Paper", origins: ["https://paper.example"], maxTabs: 5, isListed: true });
  const key = partner?.key ?? "";
  expect(added).toMatch(/^0 /);
  expect(added).toContain(`<script async src="https://YOUR-HOST/embed/v1.js" data-site="${key}"></script>`);

  const [wrong, moved, token] = await Promise.all([
    run("origins", key, "https://paper.example/news"),
    run("origins", key, "https://www.paper.example", "http://localhost:4000"),
    run("token"),
  ]);
  expect(wrong).toBe(
    "1 https://paper.example/news is no origin: write https://paper.example, without a path or a slash at the end.\n",
  );
  expect(moved).toBe("0 The Paper: https://www.paper.example http://localhost:4000\n");
  expect(await run("revoke", key)).toBe(`0 Revoked The Paper, ${key}.\n`);
  await registry.refresh();
  expect(registry.all()).toMatchObject([{ origins: ["https://www.paper.example", "http://localhost:4000"] }]);
  expect(registry.all()[0]?.revokedMs).toBeGreaterThan(0);
  expect(await run("list")).toContain(`${key}  The Paper (`);
  expect(token).toBe(`0 ${await readFile(join(dataDir, "admin.token"), "utf8")}`);
  await rm(dataDir, { recursive: true, force: true });
});
