import { describe, expect, test } from "vitest";
import { readSettings, SettingsError } from "./settings.ts";

describe("settings", () => {
  test("SG11 without any variable everything has a value", () => {
    expect(readSettings({}, "/repo")).toEqual({
      port: 8787,
      host: undefined,
      dataDir: "/repo/.potluck",
      models: null,
      drafts: new Map([
        ["swarm-demo-10m-q4", "swarm-demo-draft-1m-q4"],
        ["swarm-demo-10m-q4f16", "swarm-demo-draft-1m-q4"],
      ]),
      iceServers: [],
      allowedOrigins: [],
      logLevel: "info",
    });
  });

  test("SG11 lists and JSON are read", () => {
    const settings = readSettings(
      {
        PORT: "0",
        POTLUCK_DATA: "/data",
        POTLUCK_MODELS: "a, b,",
        POTLUCK_DRAFTS: "a=small, b = small",
        POTLUCK_ICE: '[{"urls":"stun:one"},{"urls":["turn:two"],"username":"u","credential":"c"}]',
      },
      "/repo",
    );
    expect(settings).toMatchObject({
      port: 0,
      dataDir: "/data",
      models: ["a", "b"],
      drafts: new Map([
        ["a", "small"],
        ["b", "small"],
      ]),
      iceServers: [{ urls: ["stun:one"] }, { urls: ["turn:two"], username: "u", credential: "c" }],
    });
  });

  test("SD10 a server can do without draft models", () => {
    expect(readSettings({ POTLUCK_DRAFTS: "none" }, "/repo").drafts).toEqual(new Map());
  });

  test.each([
    { PORT: "80x" },
    { PORT: "65536" },
    { POTLUCK_DRAFTS: "small" },
    { POTLUCK_DRAFTS: "a=" },
    { POTLUCK_ICE: "{" },
    { POTLUCK_ICE: '[{"url":1}]' },
    { POTLUCK_LOG: "loud" },
  ])("SG11 %j is refused by name", (env) => {
    expect(() => readSettings(env, "/repo")).toThrow(SettingsError);
    expect(() => readSettings(env, "/repo")).toThrow(Object.keys(env)[0]);
  });
});
