export * from "./shard-runner.ts";
