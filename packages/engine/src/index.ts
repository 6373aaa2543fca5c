export * from "./shard-runner.ts";
export * from "./half/half.ts";
export * from "./sampling/sample.ts";
export type { ShardFacts } from "./runner/shard-facts.ts";
