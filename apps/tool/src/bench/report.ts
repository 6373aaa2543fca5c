import { readFile, writeFile } from "node:fs/promises";
import { arch, cpus, platform } from "node:os";

const file = new URL("../../../../BENCHMARKS.md", import.meta.url);
const heading = `# Benchmarks

Made by \`npm run bench\`: real tabs of one browser on one machine, each in a context of its own. Machines are noisy: compare
ratios, which are between two things measured in one run. The newest run is first. \`--only peers,delays\` runs parts; \`--full\`
measures the whole text mix at every delay; \`--gpu\` makes models of the Llama-3.2-1B and 8B shapes on the spot and measures them
beside transformers.js (\`--gpu --shape tiny --dtype q4\` tries that without a GPU). For a machine without a network,
\`npm run build && npm run bench:pack\` makes one archive; there, unpacked, \`node --import tsx apps/tool/src/bench.ts --gpu\` with
\`CHROME\` and \`CHROME_FLAGS\` set.
`;

/** What one run of the bench found, part by part. */
export interface Report {
  add(title: string, text: string): void;
  /** Puts what there is so far on top of BENCHMARKS.md, with date and machine. */
  keep(): Promise<void>;
}

export async function createReport(about: { readonly backend: string; readonly browser: string }): Promise<Report> {
  const known = await readFile(file, "utf8").catch(() => heading);
  const older = known.slice(known.indexOf("\n## ") === -1 ? known.length : known.indexOf("\n## "));
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const machine = `${cpus().length} cores (${model}), ${platform()} ${arch()}, Chromium ${about.browser}, backend ${about.backend} unless a table says otherwise`;
  const date = new Date().toISOString().slice(0, 10);
  let sections = "";
  return {
    add(title, text) {
      sections += `\n### ${title}\n\n${text}\n`;
    },
    keep: () => writeFile(file, `${heading}\n## ${date}\n\n${machine}\n${sections}${older}`),
  };
}
