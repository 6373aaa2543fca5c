/**
 * What the first page loaded before its service worker was there the worker has not seen, and would miss offline. Asks for
 * it once more when the worker takes over: it comes from the browser's own cache, and the worker keeps it.
 * `loaded` gives the addresses; what can't be had is left out.
 */
export function keepLoaded(
  container: Pick<ServiceWorkerContainer, "controller" | "addEventListener">,
  loaded: () => readonly string[],
  load: (url: string) => Promise<unknown>,
): void {
  if (container.controller !== null) return;
  container.addEventListener(
    "controllerchange",
    () => {
      for (const url of loaded()) load(url).catch(() => undefined);
    },
    { once: true },
  );
}
