/** Shards in a Node process: tests, the model tool, later headless donors. */
export { openShardInNode, type OpenShardInNode } from "./open-shard-in-node.ts";
export { knownAnswersInNode } from "./known-answers-in-node.ts";
