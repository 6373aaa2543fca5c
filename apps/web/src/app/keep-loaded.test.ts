import { expect, test } from "vitest";
import { keepLoaded } from "./keep-loaded.ts";

class Container extends EventTarget {
  controller: ServiceWorker | null = null;
}

test("WB62 what came before the worker is asked for again once it takes over, and only then", () => {
  const asked: string[] = [];
  const load = async (url: string): Promise<void> => {
    asked.push(url);
    throw new TypeError("Failed to fetch");
  };
  const first = new Container();
  keepLoaded(first, () => ["/assets/language-de-1.js"], load);
  expect(asked).toEqual([]);
  first.dispatchEvent(new Event("controllerchange"));
  first.dispatchEvent(new Event("controllerchange"));
  expect(asked).toEqual(["/assets/language-de-1.js"]);

  const later = new Container();
  later.controller = {} as ServiceWorker;
  keepLoaded(later, () => ["/assets/language-de-1.js"], load);
  later.dispatchEvent(new Event("controllerchange"));
  expect(asked).toHaveLength(1);
});
