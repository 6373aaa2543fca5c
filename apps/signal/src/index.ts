/** The coordinator as a library, for tests and tools that start one in their own process. */
export { type Clock, systemClock } from "./clock.ts";
export { type Coordinator, type CoordinatorOptions, createCoordinator } from "./coordinator.ts";
export { type CoordinatorLimits, defaultCoordinatorLimits } from "./coordinator-limits.ts";
export { type ModelPlace, placesIn, readCatalog } from "./models/read-catalog.ts";
export type { ServedModel } from "./models/served-model.ts";
export { createLog } from "./watch/create-log.ts";
