import { expect, test } from "vitest";
import { askConsent, withdrawConsent } from "./ask-consent.ts";

const granted = { status: "granted", token: "k", tab: "0".repeat(32), secret: "s", expiresMs: 1 };
const answers =
  (body: unknown, status = 200) =>
  async () =>
    new Response(JSON.stringify(body), { status });

test("EB9 a yes is told with ticket and origin, and what was granted comes back", async () => {
  const sent: unknown[] = [];
  const consent = await askConsent(
    async (path, { body, method }) => {
      sent.push(path, method, JSON.parse(body as string));
      return new Response(JSON.stringify(granted));
    },
    "ticket",
    "https://partner.example",
  );
  expect(sent).toEqual(["/api/embed/consent", "POST", { ticket: "ticket", origin: "https://partner.example" }]);
  expect(consent).toMatchObject(granted);
});

test("EB16 a refusal keeps its reason, whatever status it comes with", async () => {
  const refusal = { status: "refused", reason: "ticket-used", message: "Used." };
  expect(await askConsent(answers(refusal, 403), "t", "o")).toEqual({ kind: "refusal", reason: "ticket-used" });
});

test("EB16 no answer, a late one and one that is none of ours: the server can't be reached", async () => {
  const never = (_: string, { signal }: RequestInit) =>
    new Promise<Response>((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("late"))));
  const deadline = new AbortController();
  const late = askConsent(never, "t", "o", () => deadline.signal);
  deadline.abort();
  expect([await late, await askConsent(answers({ status: "granted" }), "t", "o")]).toEqual([
    { kind: "unreachable" },
    { kind: "unreachable" },
  ]);
});

test("EB9 a withdrawal is sent even while the page goes away", () => {
  const sent: unknown[] = [];
  withdrawConsent(async (path, { keepalive, body }) => {
    sent.push(path, keepalive, body);
    throw new Error("gone");
  }, "k");
  expect(sent).toEqual(["/api/embed/withdraw", true, '{"token":"k"}']);
});
