import axe from "axe-core";
import { createElement, type ReactElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { expect, onTestFinished, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../src/ui/tokens.css";
import "../src/ui/base.css";
import { createWords } from "../src/i18n/create-words.ts";
import { Markdown } from "../src/markdown/markdown.tsx";
import { samples } from "../src/markdown/testing/samples.ts";

interface Shown {
  readonly place: HTMLElement;
  readonly show: (text: string, streaming?: boolean) => void;
}

/** A Markdown text on a page of its own, with its code loaded. */
async function mount(text: string, streaming = false): Promise<Shown> {
  const place = document.createElement("main");
  document.body.append(place);
  const root = createRoot(place);
  const words = createWords();
  const element = (now: string, more: boolean): ReactElement =>
    createElement(I18nextProvider, { i18n: words }, createElement(Markdown, { text: now, streaming: more }));
  onTestFinished(() => {
    root.unmount();
    place.remove();
    delete document.documentElement.dataset["theme"];
  });
  const show = (now: string, more = false): void => flushSync(() => root.render(element(now, more)));
  show(text, streaming);
  // The text stands as it is until the code that shows it has loaded.
  if (place.querySelector(".md") === null) expect(place.textContent).toBe(text);
  await vi.waitFor(() => expect(place.querySelector(".md")).not.toBeNull(), 20_000);
  return { place, show };
}

const loaded = (look: () => unknown): Promise<void> => vi.waitFor(() => expect(look()).toBeTruthy(), 20_000);

test("WB44 an answer is shown as the Markdown that it is", async () => {
  const { place } = await mount(
    "# Title\n\nA **bold** and *slanted* word, ~~gone~~, `code`, [link](https://x.org/a).\n\n1. one\n   - inner\n2. two\n\n" +
      "| a | b |\n|---|--:|\n| 1 | **2** |\n\n- [x] done\n- [ ] open\n\n> quote\n\n---\n\nR&amp;D",
  );
  expect(place.querySelector("h3")?.textContent).toBe("Title");
  expect(place.querySelector("strong")?.textContent).toBe("bold");
  expect(place.querySelector("ol > li > ul > li")?.textContent).toBe("inner");
  expect(place.querySelector('td[data-align="right"] strong')?.textContent).toBe("2");
  expect([...place.querySelectorAll("input")].map((box) => [box.checked, box.disabled, box.ariaLabel])).toEqual([
    [true, true, "Done"],
    [false, true, "To do"],
  ]);
  expect(place.querySelector("blockquote")?.textContent).toBe("quote");
  expect(place.querySelector(".md > p:last-child")?.textContent).toBe("R&D");
  const link = place.querySelector("a");
  expect([link?.href, link?.target, link?.rel]).toEqual(["https://x.org/a", "_blank", "noopener noreferrer"]);
});

test("WB44 nothing of a text is run, and no address but those of the web and mail can be followed", async () => {
  const ran = vi.fn<() => void>();
  Object.assign(window, { ran });
  const { place } = await mount(
    '<img src=x onerror="ran()"> <script>ran()</script>\n\n<iframe srcdoc="<script>parent.ran()</script>"></iframe>\n\n' +
      "[a](javascript:ran()) [b](JaVaScRiPt:ran()) [c](data:text/html,x) ![d](https://x.org/spy.png) [e](/donate) <javascript:ran()>\n\n" +
      "[f]\n\n[f]: javascript:ran()\n\n$\\href{javascript:ran()}{x}$ $\\htmlStyle{color:red}{x}$ $\\includegraphics{https://x.org/a.png}$",
  );
  await loaded(() => place.querySelector("math"));
  expect(place.querySelectorAll("img, script, iframe, [srcdoc], [onerror], [style]")).toHaveLength(0);
  expect([...place.querySelectorAll<HTMLAnchorElement>("a")].map((a) => a.href)).toEqual(["https://x.org/spy.png"]);
  expect(place.querySelectorAll('[href^="javascript" i]')).toHaveLength(0);
  expect(place.textContent).toContain('<img src=x onerror="ran()">');
  expect(place.textContent).toContain("[a](javascript:ran())");
  expect(ran).not.toHaveBeenCalled();
});

test("WB44 texts made to be slow or deep are shown as they stand", async () => {
  const { place, show } = await mount("Begin");
  const long = 100_000;
  const patterns = [
    "*",
    "_",
    "[",
    ">",
    "`",
    "<",
    "$",
    "~",
    "!",
    "- ",
    "> ",
    "1. ",
    "**a ",
    "[a](",
    "<b",
    "\\(",
    "|",
    "a*",
    "_a_*",
  ];
  for (const pattern of patterns) {
    const text = pattern.repeat(long / pattern.length);
    show(text, true);
    show(text);
    expect(place.textContent.replaceAll(/\s/g, "").length, pattern).toBeGreaterThan(
      0.9 * text.replaceAll(" ", "").length,
    );
  }
});

test("WB44 formulas are MathML; a faulty one and a price stand as they were written", async () => {
  const { place } = await mount(
    "Euler: $e^{i\\pi} = -1$, $5 and $6, \\(\\frac{1}{\\)\n\n$$\n\\int_0^1 x\\,dx\n$$\n\n\\[ a \\]",
  );
  await loaded(() => place.querySelectorAll("math").length === 3);
  expect(place.querySelectorAll('math[display="block"]')).toHaveLength(2);
  expect(place.querySelector("p")?.textContent).toContain("$5 and $6, \\(\\frac{1}{\\)");
});

test("WB45 code has its language's colours and name, and says that it was copied", async () => {
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  onTestFinished(() => write.mockRestore());
  const { place } = await mount("```ts\nconst answer: number = 42;\n```\n\n```nosuch\nplain\n```");
  await loaded(() => place.querySelector(".code-keyword"));
  expect(place.querySelector(".code-keyword")?.textContent).toBe("const");
  expect(place.querySelector("pre")?.textContent).toBe("const answer: number = 42;");
  expect(place.querySelectorAll("figure")[1]?.querySelectorAll("code *")).toHaveLength(0);
  await page.getByRole("figure", { name: "Code, ts" }).getByRole("button", { name: "Copy" }).click();
  await expect.element(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(place.querySelector("output")?.textContent).toBe("Copied");
  expect(write).toHaveBeenCalledWith("const answer: number = 42;");
  write.mockRejectedValue(new Error("forbidden"));
  await page.getByRole("figure", { name: "Code, nosuch" }).getByRole("button").click();
  await expect.element(page.getByRole("button", { name: "Could not copy" })).toBeVisible();
});

test("WB45 code that is being written is coloured while it is short, and a long one when it is finished", async () => {
  const line = "const answer = 42;\n";
  const { place, show } = await mount("```ts\nconst a", true);
  await loaded(() => place.querySelector(".code-keyword"));
  show(`\`\`\`ts\n${line.repeat(200)}`, true);
  expect(place.querySelector(".code-keyword")).toBeNull();
  show(`\`\`\`ts\n${line.repeat(200)}\`\`\``, true);
  expect(place.querySelectorAll(".code-keyword")).toHaveLength(200);
});

test("WB46 what is finished is not rendered again", async () => {
  const whole = samples.filter((sample) => !sample.includes("]:")).join("\n\n");
  const { place, show } = await mount(whole, true);
  await loaded(() => place.querySelector("math") !== null && place.querySelector(".code-keyword") !== null);
  const changed: Node[] = [];
  const observer = new MutationObserver((records) => changed.push(...records.map(({ target }) => target)));
  const finished = place.querySelectorAll(".md > *").length;
  observer.observe(place, { subtree: true, childList: true, characterData: true, attributes: true });
  let text = `${whole}\n\n`;
  for (const word of "- and **more\n  words** of `it`\n\nEnd of it.\n\n".split(/(?<= )/)) show((text += word), true);
  show(text);
  changed.push(...observer.takeRecords().map(({ target }) => target));
  observer.disconnect();
  const root = place.querySelector(".md");
  const old = [...(root?.children ?? [])].slice(0, finished);
  expect(changed.length).toBeGreaterThan(0);
  expect(old.filter((block) => changed.some((node) => block.contains(node)))).toEqual([]);
});

test("WB20 emphasis of an answer shows from the moment it begins", async () => {
  const { place, show } = await mount("Once **up", true);
  expect(place.querySelector("strong")?.textContent).toBe("up");
  show("Once **upon** a", true);
  expect(place.querySelector("strong")?.textContent).toBe("upon");
  expect(place.textContent).toBe("Once upon a");
  show("2 ** 3 = 8");
  expect(place.textContent).toBe("2 ** 3 = 8");
});

test.each([
  ["light", 1280],
  ["dark", 360],
] as const)("WB14 WB44 an answer is accessible and scrolls no page sideways (%s, %i px)", async (theme, width) => {
  await page.viewport(width, 800);
  document.documentElement.dataset["theme"] = theme;
  const wide = `| ${"a wide column | ".repeat(12)}\n|${"---|".repeat(12)}\n| ${"cell | ".repeat(12)}`;
  const code =
    "```ts\n/** Says it. */\nclass A extends B { readonly x: number = 42; say(to: string): void { console.log(`hi ${to}`, true, /x/); } }\n```\n\n" +
    '```html\n<a href="x">y</a>\n```\n\n```diff\n+ a\n- b\n```\n\n```python\n@a\ndef f(x):\n    return len(x) + 1 # why\n```\n\n```css\n.a { color: red }\n```';
  const { place } = await mount(`${samples.join("\n\n")}\n\n${wide}\n\n${code}\n\n$$${"x + ".repeat(60)}y$$`);
  await loaded(() => place.querySelector("math") !== null && place.querySelector(".code-keyword") !== null);
  const { violations, passes } = await axe.run(place, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "page-has-heading-one": { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html} ${n.failureSummary}`).join("; ")}`)).toEqual(
    [],
  );
  expect(passes.map((rule) => rule.id)).toContain("color-contrast");
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  // What scrolls is reached by the keyboard.
  place.querySelector<HTMLElement>("pre")?.focus();
  expect(document.activeElement?.tagName).toBe("PRE");
  await userEvent.keyboard("{ArrowRight}");
});
