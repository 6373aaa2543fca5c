import { createStore, type StoreApi } from "zustand/vanilla";

export interface Update {
  /** Whether a new version waits. */
  readonly waiting: StoreApi<boolean>;
  /** Lets the new version take over, then calls `reload`. Only the page in which this was called reloads. */
  accept(): void;
}

type Container = Pick<ServiceWorkerContainer, "register" | "addEventListener" | "controller">;

/** Registers the service worker and watches for a newer one. Never reloads on its own: the person may be donating. */
export function watchForUpdate(container: Container, url: string, reload: () => void): Update {
  const waiting = createStore<boolean>()(() => false);
  let next: ServiceWorker | null = null;
  let accepted = false;

  const found = (worker: ServiceWorker | null): void => {
    // Without a controller this is the first installation, which replaces nothing.
    if (worker === null || container.controller === null) return;
    next = worker;
    waiting.setState(true, true);
  };
  container.addEventListener("controllerchange", () => {
    if (accepted) reload();
  });
  container.register(url).then(
    (registration) => {
      found(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const installing = registration.installing;
        installing?.addEventListener("statechange", () => {
          if (installing.state === "installed") found(installing);
        });
      });
    },
    () => undefined, // No service worker (private window, plain http): the app works without.
  );

  return {
    waiting,
    accept() {
      accepted = true;
      next?.postMessage({ type: "SKIP_WAITING" }, []);
    },
  };
}
