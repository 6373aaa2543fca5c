export * from "./manifest/manifest.ts";
export * from "./shard/shard.ts";
