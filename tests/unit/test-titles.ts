import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ESTree, parseSync, Visitor } from "vite";

/** A test's title and where it stands. Of a template literal the text before the first hole. */
export interface TestTitle {
  readonly file: string;
  readonly title: string;
}

const skippedFolders = new Set(["node_modules", "dist", ".tsc", ".git", ".potluck"]);
/** Also shared suites, which are called from test files. */
const isTestFile = (source: string): boolean => /from "(vitest|@playwright\/test|\.[^"]*coordinator\.ts)"/.test(source);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : filesIn(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });

const modifiers = new Set([
  "only",
  "skip",
  "fails",
  "fail",
  "fixme",
  "each",
  "for",
  "runIf",
  "skipIf",
  "concurrent",
  "sequential",
]);

/** `it(…)`, `test.skip(…)`, `it.each([…])(…)` and their like; not `test.describe`, `test.step`. */
const isTestFunction = (callee: ESTree.Expression | ESTree.Super): boolean => {
  if (callee.type === "Identifier") return callee.name === "it" || callee.name === "test";
  if (callee.type === "MemberExpression") {
    const { property, object } = callee;
    return property.type === "Identifier" && modifiers.has(property.name) && isTestFunction(object);
  }
  return callee.type === "CallExpression" && callee.callee.type === "MemberExpression" && isTestFunction(callee.callee);
};

const textOf = (argument: ESTree.Argument | undefined): string | undefined => {
  if (argument?.type === "Literal" && typeof argument.value === "string") return argument.value;
  if (argument?.type === "TemplateLiteral") return argument.quasis[0]?.value.cooked ?? "";
  return undefined;
};

export const titlesOf = (file: string, source: string): readonly TestTitle[] => {
  const titles: TestTitle[] = [];
  new Visitor({
    CallExpression: (call) => {
      if (!isTestFunction(call.callee)) return;
      const title = textOf(call.arguments[0]);
      if (title !== undefined) titles.push({ file, title });
    },
  }).visit(parseSync(file, source).program);
  return titles;
};

/** All test titles below these folders of the repository. */
export const readTestTitles = (root: string, folders: readonly string[]): readonly TestTitle[] =>
  folders.flatMap((folder) =>
    filesIn(join(root, folder)).flatMap((path) => {
      const source = readFileSync(path, "utf8");
      return isTestFile(source) ? titlesOf(path.slice(root.length), source) : [];
    }),
  );
