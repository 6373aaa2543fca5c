/** A model that is only arithmetic, and a net of tabs around it; for tests here and in the packages below. */
export * from "./oracle-runner.ts";
export * from "./test-net.ts";
