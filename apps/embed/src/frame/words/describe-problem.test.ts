import { expect, test } from "vitest";
import { describeProblem } from "./describe-problem.ts";

const problem = {
  code: "internal",
  what: "Something went wrong.",
  advice: "Reload.",
  id: "internal",
  values: { detail: "x" },
} as const;

test("EB15 a problem is told in the visitor's language, with its values", async () => {
  expect((await describeProblem(problem, "de")).what).toMatch(/\(x\)/);
  expect((await describeProblem(problem, "de")).what).not.toBe(problem.what);
});

test("EB15 a problem that the catalog does not know is told as it came", async () => {
  const { what, advice } = problem;
  expect(await describeProblem({ ...problem, id: "unheard-of" }, "es")).toEqual({ what, advice });
  expect(await describeProblem(problem, "en")).toEqual({ what, advice });
});
