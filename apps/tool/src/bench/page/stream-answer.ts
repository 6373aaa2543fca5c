import type { Browser, Page } from "@playwright/test";
import { agreeToSwarm } from "../../stage/tabs.ts";
import { type MainThread, readTrace, type TraceEvent } from "./read-trace.ts";

export interface Streaming extends MainThread {
  readonly seconds: number;
  readonly framesPerSecond: number;
  /** Characters of the chat before, and of the answer that streamed. */
  readonly chatChars: number;
  readonly answerChars: number;
}

/** As the page's script has it: the fifth question's answer comes slowly. */
const questionsBefore = 4;
const deadlineMs = 120_000;
const categories = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8.execute", "toplevel", "v8"];

/** Runs in the page: counts the frames for which its main thread was free. Text, since a compiled function needs its compiler's helpers. */
const countFrames = `
  globalThis.benchFrames = 0;
  const next = () => { globalThis.benchFrames += 1; requestAnimationFrame(next); };
  requestAnimationFrame(next);
  undefined;
`;

/** An answer of 50 tokens/s streams for ten seconds into a chat of 4,000 tokens, on a page of its own. `slowdown` of the CPU: 1 is none. */
export async function streamAnswer(browser: Browser, url: string, slowdown: number): Promise<Streaming> {
  const context = await browser.newContext({ serviceWorkers: "block", viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(agreeToSwarm);
    page.setDefaultTimeout(deadlineMs);
    await page.goto(`${url}/?fake=long`);
    for (let i = 1; i <= questionsBefore; i++) {
      await ask(page, `Question ${i}`);
      await answers(page, "done")
        .nth(i - 1)
        .waitFor();
    }
    // Highlighter and formulas come when first needed.
    await page.locator("article math").first().waitFor();
    await page.locator("article .code-keyword").first().waitFor();
    const chatChars = await textLength(page);
    if (slowdown > 1) {
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    }
    await page.evaluate(countFrames);
    await browser.startTracing(page, { categories });
    // Beginning to trace takes its time.
    await page.evaluate("globalThis.benchFrames = 0");
    const started = Date.now();
    await ask(page, "And now slowly, please.");
    await answers(page, "done").nth(questionsBefore).waitFor();
    const seconds = (Date.now() - started) / 1000;
    const frames = await page.evaluate<number>("globalThis.benchFrames");
    const trace = JSON.parse((await browser.stopTracing()).toString("utf8")) as { traceEvents: TraceEvent[] };
    const answerChars = (await textLength(page)) - chatChars;
    return {
      ...readTrace(trace.traceEvents, seconds),
      seconds,
      framesPerSecond: frames / seconds,
      chatChars,
      answerChars,
    };
  } finally {
    await context.close();
  }
}

const answers = (page: Page, state: string): ReturnType<Page["locator"]> =>
  page.locator(`article[data-role="assistant"][data-state="${state}"]`);

async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(question);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

const textLength = (page: Page): Promise<number> =>
  page
    .locator('article[data-role="assistant"] [data-part="text"]')
    .evaluateAll((all) => all.reduce((total, { textContent }) => total + (textContent ?? "").length, 0));
