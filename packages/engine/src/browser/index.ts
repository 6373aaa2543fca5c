/** Shards in workers of a page. */
export { openShardInWorker, type OpenShardInWorker } from "./open-shard-in-worker.ts";
export type { WorkerShard } from "./worker-shard.ts";
export type { LoadProgress, OpenedShard } from "./worker-api.ts";
export { deviceReport, type DeviceProblem, type DeviceReport } from "./device-report.ts";
export { probeMemory } from "../probe/probe-memory.ts";
