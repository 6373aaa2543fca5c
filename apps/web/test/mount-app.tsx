import type { AskEvent, DonationState } from "@potluck/donor";
import { createRoot } from "react-dom/client";
import { vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import "../src/ui/tokens.css";
import "../src/ui/base.css";
import { App } from "../src/app/app.tsx";
import { composePage, type Kept } from "../src/app/compose-page.ts";
import type { Page, Server } from "../src/app/page.ts";
import type { Update } from "../src/app/update.ts";
import { demoModel, demoSwarm, done, textSteps } from "../src/tab/fake-scenarios.ts";
import { fakeServer } from "../src/tab/fake-server.ts";
import { createFakeTab, type FakeScript, type FakeStep, type FakeTab, noServing } from "../src/tab/fake-tab.ts";

export interface Mounted {
  readonly tab: FakeTab;
  readonly page: Page;
}

const segment = { modelId: demoModel.id, from: 4, to: 8 };
export const ready: DonationState = {
  kind: "ready",
  segment,
  stats: noServing,
};

export const serving = {
  kind: "serving",
  segment,
  stats: { ...noServing, sessions: 2, answering: 1, standingBy: 2 },
} as const satisfies DonationState;

let unmountLast = (): void => undefined;

/** The whole app on a scripted tab, in which no time passes. Takes the place of the app mounted before. */
export async function mountApp(
  path: string,
  { server = fakeServer(), ...script }: Partial<FakeScript> & { readonly server?: Server } = {},
  query = "",
  kept?: Kept,
  update: Update | null = null,
  agreed = true,
): Promise<Mounted> {
  unmountLast();
  localStorage.clear();
  sessionStorage.removeItem("potluck.draft");
  // Most tests are not about the question that comes before the first message.
  localStorage.setItem("potluck.preferences", JSON.stringify({ swarmAgreed: agreed }));
  const tab = createFakeTab({
    swarm: demoSwarm,
    pause: () => Promise.resolve(),
    answer: (): FakeStep<AskEvent>[] => [...textSteps("17 + 25 = 42."), done],
    donation: [{ event: ready }],
    preview: () => ({ segment, weightBytes: 3_400_000, heldBytes: { segment: 3_400_000, draft: 0 } }),
    ...script,
  });
  const page = composePage(tab, localStorage, query, kept, ["en"], sessionStorage, server);
  const place = document.createElement("div");
  place.id = "root";
  document.body.append(place);
  const root = createRoot(place);
  const { hook, searchHook } = memoryLocation({ path });
  root.render(
    <Router hook={hook} searchHook={searchHook}>
      <App page={page} update={update} />
    </Router>,
  );
  unmountLast = () => {
    root.unmount();
    place.remove();
  };
  // Longer than the default: a page's code and words are transformed when it is first opened.
  await vi.waitUntil(() => place.querySelector("main h1") !== null, { timeout: 60_000 });
  return { tab, page };
}
