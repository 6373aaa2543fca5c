import { readFile, writeFile } from "node:fs/promises";
import { arch, cpus, platform } from "node:os";

const file = new URL("../../../../BENCHMARKS.md", import.meta.url);
const heading = `# Benchmarks

Made by \`npm run bench\`: real tabs of one browser on one machine, each in a context of its own. Machines are noisy: compare
ratios, which are between two things measured in one run. The newest run is first.
`;

/** Puts the report on top of BENCHMARKS.md, with date and machine. */
export async function keepReport(report: string, about: { backend: string; browser: string }): Promise<void> {
  const known = await readFile(file, "utf8").catch(() => heading);
  const older = known.slice(known.indexOf("\n## ") === -1 ? known.length : known.indexOf("\n## "));
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const machine = `${cpus().length} cores (${model}), ${platform()} ${arch()}, Chromium ${about.browser}, backend ${about.backend}`;
  const date = new Date().toISOString().slice(0, 10);
  await writeFile(file, `${heading}\n## ${date}\n\n${machine}\n\n${report}\n${older}`);
}
