/** Shards in a Node process: tests, the model tool, later headless donors. */
export * from "./open-shard-in-node.ts";
