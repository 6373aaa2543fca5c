import { type Budgets, budgetsFor } from "./budgets.ts";

/** A model that is measured: ours from its manifest, a peer's from the export itself. */
export interface BenchModel {
  readonly id: string;
  readonly layerCount: number;
  /** Folder of the export. */
  readonly folder: string;
  readonly dtype: string;
  /** The coordinator's data folder that has it; undefined for the model that ships. */
  readonly dataDir: string | undefined;
  readonly budgets: (tabs: number) => Budgets;
}

const folder = new URL("../../../../packages/demo-model/models/swarm-demo-10m", import.meta.url);

export const demoModel: BenchModel = {
  id: "swarm-demo-10m-q4",
  layerCount: 12,
  folder: decodeURIComponent(folder.pathname),
  dtype: "q4",
  dataDir: undefined,
  budgets: budgetsFor,
};
