import type * as lowlight from "lowlight";
import { createElement, type ReactNode } from "react";
import { createLate, type Late } from "./late.ts";

/** What the highlighter makes: a tree of elements and texts. */
type Root = ReturnType<ReturnType<typeof lowlight.createLowlight>["highlight"]>;

export interface Highlighter {
  /** The code as elements with classes; null for a language that is not known. */
  colour(code: string, language: string): ReactNode | null;
}

/** Its languages are most of its size, so it is loaded with the first block of code. */
export const highlighter: Late<Highlighter> = createLate(async () => {
  const { common, createLowlight } = await import("lowlight");
  const low = createLowlight(common);
  return {
    colour: (code, language) =>
      low.registered(language) ? elements(low.highlight(language, code, { prefix: "code-" })) : null,
  };
});

function elements(root: Root): ReactNode {
  return root.children.map(element);
}

function element(node: Root["children"][number], key: number): ReactNode {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return null;
  const { className } = node.properties;
  const classes = Array.isArray(className) ? className.join(" ") : "";
  return createElement("span", { key, className: classes }, ...node.children.map(element));
}
