import { expect, test } from "vitest";
import { watchForUpdate } from "./update.ts";

class Worker extends EventTarget {
  state = "installing";
  posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
}
class Registration extends EventTarget {
  waiting: Worker | null = null;
  installing: Worker | null = null;
}
class Container extends EventTarget {
  controller: object | null = {};
  registration = new Registration();
  register(): Promise<Registration> {
    return Promise.resolve(this.registration);
  }
}

const watch = (container: Container, reload: () => void): ReturnType<typeof watchForUpdate> =>
  watchForUpdate(container as unknown as ServiceWorkerContainer, "/sw.js", reload);

async function install(container: Container): Promise<Worker> {
  await container.register();
  const worker = new Worker();
  container.registration.installing = worker;
  container.registration.dispatchEvent(new Event("updatefound"));
  worker.state = "installed";
  worker.dispatchEvent(new Event("statechange"));
  return worker;
}

test("WB16 an update waits; only the page in which it was accepted reloads", async () => {
  const container = new Container();
  const reloads: string[] = [];
  const here = watch(container, () => reloads.push("here"));
  const elsewhere = watch(container, () => reloads.push("elsewhere"));
  const worker = await install(container);
  expect([here.waiting.getState(), elsewhere.waiting.getState()]).toEqual([true, true]);
  expect(worker.posted).toEqual([]);
  here.accept();
  expect(worker.posted).toEqual([{ type: "SKIP_WAITING" }]);
  container.dispatchEvent(new Event("controllerchange"));
  expect(reloads).toEqual(["here"]);
});

test("WB16 the first installation is no update", async () => {
  const container = new Container();
  container.controller = null;
  const update = watch(container, () => undefined);
  await install(container);
  expect(update.waiting.getState()).toBe(false);
});
