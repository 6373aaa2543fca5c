import { beforeEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { fakeKeys, fakeServer, fakeToken } from "../src/tab/fake-server.ts";
import { mountApp } from "./mount-app.tsx";

beforeEach(async () => {
  sessionStorage.clear();
  await page.viewport(1280, 800);
});

const kept = (storage: Storage): (string | null)[] =>
  Array.from({ length: storage.length }, (_, i) => storage.getItem(storage.key(i) ?? ""));

const button = (name: string) => page.getByRole("button", { name, exact: true });
const field = (name: string) => page.getByRole("textbox", { name, exact: true });
const list = page.getByRole("table", { name: "What each partner's visitors gave since it became one" });
const rows = (): (string | undefined)[][] =>
  [...document.querySelectorAll("#partners-list ~ * tbody tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );

describe("/partners", () => {
  test("WB64 the table tells what each partner's visitors gave, most first, and leads to its site", async () => {
    await mountApp("/partners");
    await expect.element(list).toBeVisible();
    expect(document.title).toBe("Partners · Potluck");
    expect(rows()).toEqual([
      ["The Daily Kettle", "Sep 3, 2026", "14", "412", "1,290", "84,120", "253.6"],
      ["A small blog", "Oct 20, 2026", "0", "3", "2", "96", "0.4"],
    ]);
    const link = page.getByRole("link", { name: "The Daily Kettle" });
    await expect.element(link).toHaveAttribute("href", "https://kettle.example");
    await expect.element(link).toHaveAttribute("rel", "noopener noreferrer");
  });

  test("WB64 while it loads, where it fails and where there is none it says so, and can be tried again", async () => {
    let answer = (): Response | Promise<Response> => new Promise(() => undefined);
    const server = fakeServer({ "GET /api/partners": () => answer() });
    await mountApp("/partners", { server });
    await expect.element(page.getByText("Asking the server…", { exact: true })).toBeVisible();
    for (const [next, words] of [
      [() => Promise.reject(new DOMException("late", "TimeoutError")), "The server did not answer."],
      [() => new Response("<html>"), "The server answered something that this page does not understand."],
      [() => Response.json([{ name: 1 }]), "The server answered something that this page does not understand."],
      [() => new Response("no", { status: 502 }), "The server answered something that this page does not understand."],
    ] as const) {
      answer = next;
      await mountApp("/partners", { server });
      await expect.element(page.getByRole("alert").getByText("The list could not be loaded.")).toBeVisible();
      await expect.element(page.getByRole("alert").getByText(words)).toBeVisible();
    }
    answer = () => Response.json([]);
    await button("Try again").click();
    await expect.element(page.getByText("No partner is listed yet.")).toBeVisible();
  });

  test("WB64 the tags, the directives and the texts of every language are copied whole, and it is said", async () => {
    const written: string[] = [];
    const clipboard = vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
      written.push(text);
    });
    await mountApp("/partners");
    for (const name of [
      "Script tag",
      "One version, with its integrity",
      "As an element",
      "For pages with a content security policy",
      "What your page's own script can do",
      "English",
      "中文",
      "Deutsch",
      "Español",
    ]) {
      await button(`Copy: ${name}`).click();
      await expect.element(page.getByRole("figure", { name }).first().getByRole("status")).toHaveTextContent("Copied.");
    }
    const { origin } = location;
    expect(written[0]).toBe(`<script async src="${origin}/embed/v1.js" data-site="pk_YOUR_KEY"></script>`);
    expect(written[1]).toContain(`src="${origin}/embed/v1.4f1c09aa.js"`);
    expect(written[1]).toMatch(/integrity="sha384-[\w]+"\s+crossorigin="anonymous"/);
    expect(written[3]).toBe(`Content-Security-Policy: script-src ${origin}; frame-src ${origin}`);
    for (const text of written.slice(5)) {
      expect(text).toContain(location.host);
      expect(text).toMatch(/24.*30/su);
      expect(text).not.toContain("HOST");
    }
    clipboard.mockRejectedValue(new DOMException("no", "NotAllowedError"));
    await button("Copy: Script tag").click();
    await expect.element(page.getByText("The text is selected: copy it yourself.")).toBeVisible();
    expect(getSelection()?.toString()).toBe(written[0]);
    clipboard.mockRestore();
  });

  test("WB64 an integrity that is none is never shown as one", async () => {
    const bad = { file: 'v1.x.js"></script>', integrity: "sha384-x" };
    await mountApp("/partners", { server: fakeServer({ "GET /embed/integrity.json": () => Response.json(bad) }) });
    await expect.element(page.getByText("The tag of one version could not be made.")).toBeVisible();
  });

  test("WB64 the page is reached from the swarm's page and from who sees what", async () => {
    await mountApp("/swarm", {}, "?backend=wasm");
    await expect
      .element(page.getByRole("link", { name: "See what they gave" }))
      .toHaveAttribute("href", "/partners?backend=wasm");
    await mountApp("/privacy");
    await page.getByRole("link", { name: "What your visit to such a site means" }).click();
    await expect.element(page.getByRole("heading", { level: 1 })).toHaveFocus();
    expect(document.title).toBe("Partners · Potluck");
  });
});

describe("/admin", () => {
  const card = (name: string) => page.getByRole("article", { name, exact: true });
  const enter = async (token: string): Promise<void> => {
    await page.getByLabelText("Admin token").fill(token);
    await userEvent.keyboard("{Enter}");
  };
  const dialog = page.getByRole("dialog");

  test("WB65 the token is asked for, kept for this window only, and can be forgotten", async () => {
    await mountApp("/admin");
    expect(document.querySelector('meta[name="robots"]')?.getAttribute("content")).toBe("noindex");
    await expect.element(page.getByLabelText("Admin token")).toHaveAttribute("type", "password");
    await enter("");
    await expect.element(page.getByText("Enter the token.")).toBeVisible();
    await enter("guess");
    await expect.element(page.getByText("The server does not know this token.")).toBeVisible();
    await expect.element(page.getByLabelText("Admin token")).toHaveFocus();
    await enter(fakeToken);
    await expect.element(card("The Daily Kettle")).toBeVisible();
    expect([...kept(localStorage), location.href, document.cookie].join("\n")).not.toContain(fakeToken);
    expect(kept(sessionStorage)).toContain(fakeToken);
    await button("Forget the token").click();
    await expect.element(page.getByLabelText("Admin token")).toHaveValue("");
    expect(kept(sessionStorage)).not.toContain(fakeToken);
  });

  test.each([
    [401, "The server does not know this token."],
    [429, "Too many wrong tokens came from your address."],
    [503, "The server answered something that this page does not understand."],
    [null, "The server did not answer."],
  ])("WB65 an answer of %s is told", async (status, words) => {
    const answer = async (): Promise<Response> => {
      if (status === null) throw new TypeError("Failed to fetch");
      return new Response("{}", { status });
    };
    await mountApp("/admin", { server: fakeServer({ "GET /api/admin/partners": answer }) });
    await enter(fakeToken);
    await expect.element(page.getByRole("alert").getByText(words)).toBeVisible();
  });

  test("WB65 a token that was taken back is asked for anew", async () => {
    let status = 200;
    const answer = () => Response.json(fakeKeys, { status });
    await mountApp("/admin", { server: fakeServer({ "GET /api/admin/partners": answer }) });
    await enter(fakeToken);
    await expect.element(card("The Daily Kettle")).toBeVisible();
    status = 401;
    await button("Ask again").click();
    await expect.element(page.getByText("The server does not know this token.")).toBeVisible();
  });

  test("WB65 a key says what its visitors gave, by days too", async () => {
    await mountApp("/admin");
    await enter(fakeToken);
    const kettle = card("The Daily Kettle");
    await expect.element(kettle).toHaveTextContent("14 of 500");
    await kettle.getByText("The last days", { exact: true }).click();
    const cells = [...document.querySelectorAll("details[open] tbody tr")].map((row) => row.textContent);
    expect(cells).toEqual(["Nov 23, 20266221,40032", "Nov 22, 202627996,30013.59", "Nov 21, 202612442,80064"]);
    await expect.element(card("A small blog")).toHaveTextContent("revoked on Nov 2, 2026");
    await expect.element(card("A small blog")).toHaveTextContent("Nothing was given yet.");
  });

  test("WB65 a site is registered by keyboard: what is wrong is said beside its field, then the tag is there to copy", async () => {
    await mountApp("/admin");
    await enter(fakeToken);
    await expect.element(button("Register a site")).toBeVisible();
    button("Register a site").element().focus();
    await userEvent.keyboard("{Enter}");
    await field("Origins, one a line").fill("https://new.example/path");
    await page.getByRole("spinbutton").fill("0");
    await button("Save").click();
    await expect.element(field("Name")).toHaveFocus();
    await expect.element(field("Name")).toHaveAccessibleDescription(/Enter a name of 1 to 80 characters\.$/);
    await expect
      .element(field("Origins, one a line"))
      .toHaveAccessibleDescription(/“https:\/\/new\.example\/path” is not an origin/);
    await expect
      .element(page.getByRole("spinbutton"))
      .toHaveAccessibleDescription(/Enter a whole number from 1 to 100,000\./);
    await userEvent.keyboard("New");
    await field("Origins, one a line").fill("https://new.example/\nhttp://localhost:8080");
    await page.getByRole("spinbutton").fill("7");
    await userEvent.keyboard("{Enter}");
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(page.getByText("New is registered. Send its operator this tag.")).toBeVisible();
    await expect.element(card("New")).toHaveTextContent("https://new.examplehttp://localhost:8080");
    await expect
      .element(page.getByRole("region", { name: "Script tag for New" }))
      .toHaveTextContent('data-site="pk_000000000000000000000002"');
    await expect.element(button("Register a site")).toHaveFocus();
  });

  test("WB65 what the server finds wrong in a field is said beside it, and the rest below", async () => {
    let body: object = { field: "origins", message: "Another key has it." };
    const server = fakeServer({
      [`PATCH /api/admin/partners/${fakeKeys[0]?.key}`]: () => Response.json(body, { status: 400 }),
    });
    await mountApp("/admin", { server });
    await enter(fakeToken);
    await button("Change The Daily Kettle").click();
    await expect.element(field("Name")).toHaveValue("The Daily Kettle");
    await button("Save").click();
    await expect.element(field("Origins, one a line")).toHaveAccessibleDescription(/Another key has it\.$/);
    body = { message: "The disk is full." };
    await button("Save").click();
    await expect.element(dialog.getByText("The server did not take it: The disk is full.")).toBeVisible();
    await expect.element(field("Origins, one a line")).toBeValid();
  });

  test("WB65 revoking asks first, and a revoked key can be restored", async () => {
    await mountApp("/admin");
    await enter(fakeToken);
    await button("Revoke The Daily Kettle").click();
    await expect.element(dialog).toHaveTextContent("Its frames stop within seconds");
    await button("Leave it").click();
    await expect.element(card("The Daily Kettle")).toHaveAttribute("data-good", "true");
    await button("Revoke The Daily Kettle").click();
    await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
    await expect.element(card("The Daily Kettle")).toHaveAttribute("data-good", "false");
    await expect.element(page.getByText("The key of The Daily Kettle was revoked.")).toBeVisible();
    await button("Restore The Daily Kettle").click();
    await dialog.getByRole("button", { name: "Restore", exact: true }).click();
    await expect.element(card("The Daily Kettle")).toHaveAttribute("data-good", "true");
  });
});
