/** The real swarm, pipeline and repair on a virtual clock and network, from a seed. */
export * from "./churn/run-churn.ts";
export * from "./goodput/run-goodput.ts";
export * from "./table.ts";
