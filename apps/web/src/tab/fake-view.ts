import type { ModelStatus, SwarmStatus } from "@potluck/donor";
import type { ModelView, NodeView, SwarmView } from "@potluck/protocol";

/** The whole picture for a short form of it, with a donor's tab for every group of layers that one number of tabs holds. */
export function fakeView(status: SwarmStatus, more: Partial<SwarmView> = {}): SwarmView {
  const models = status.models.map(fakeModelView);
  const nodes = status.models.flatMap(nodesOf);
  return {
    tabs: status.tabs,
    donors: status.donors,
    queued: status.queued,
    nodesInAll: nodes.length,
    models,
    nodes,
    links: nodes.slice(1).map(({ name }, i) => ({ a: nodes[i]?.name ?? "", b: name, ms: (i * 7) % 60 })),
    countries: [],
    ...more,
  };
}

function fakeModelView(model: ModelStatus): ModelView {
  const none = model.tabsPerLayer.map(() => 0);
  return {
    unreachablePerLayer: none,
    standbyPerLayer: none,
    queued: 0,
    answersPerMinute: model.sessions * 3,
    tokensPerSecond: model.sessions * 21.5,
    ...model,
    standbys: model.standbys ?? 0,
  };
}

let names = 0;

/** Tabs that together give the model's counts. */
function nodesOf({ id, tabsPerLayer, joiningPerLayer }: ModelStatus): NodeView[] {
  return (["ready", "joining"] as const).flatMap((state) => {
    const counts = state === "ready" ? tabsPerLayer : joiningPerLayer;
    const runs: { from: number; to: number; tabs: number }[] = [];
    for (const [layer, tabs] of counts.entries()) {
      const last = runs.at(-1);
      if (last?.tabs === tabs) last.to = layer + 1;
      else runs.push({ from: layer, to: layer + 1, tabs });
    }
    return runs.flatMap(({ from, to, tabs }) =>
      Array.from({ length: tabs }, (): NodeView => {
        // Apart in their first digits, which are what is shown.
        const name = `${(0xa100 + (names++ % 0x5000)).toString(16)}0000`;
        return { name, segment: { modelId: id, from, to }, state, standsBy: false };
      }),
    );
  });
}
