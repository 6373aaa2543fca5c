import { expect, test } from "vitest";
import { readFacts, whyBlocked } from "./facts.ts";

const ready = {
  status: "ready",
  site: "pk_0123456789abcdef01234567",
  name: "Partner",
  origins: ["https://partner.example"],
  ticket: "t",
  loadBytes: null,
  runtimeBytes: { gpu: 5e6, cpu: 3e6 },
};

test("EB6 the frame knows its site from its own page", () => {
  expect(readFacts(JSON.stringify(ready))).toEqual(ready);
  const refusal = { status: "refused", reason: "site-revoked", message: "Revoked." };
  expect(readFacts(JSON.stringify(refusal))).toEqual(refusal);
});

test("EB10 in a frame that forgets every answer nobody is asked", () => {
  expect(whyBlocked({ credentialless: true })).toMatchObject({ status: "refused", reason: "blocked" });
  expect([whyBlocked({ credentialless: false }), whyBlocked({})]).toEqual([null, null]);
});

test.each([null, "", "{", JSON.stringify({ ...ready, site: "pk_1" })])(
  "EB16 facts that can't be read (%j) are a refusal",
  (json) => {
    expect(readFacts(json)).toMatchObject({ status: "refused", reason: "malformed" });
  },
);
