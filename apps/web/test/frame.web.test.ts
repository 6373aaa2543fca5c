import { beforeEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createStore } from "zustand/vanilla";
import type { Update } from "../src/app/update.ts";
import { done, emptySwarm, textSteps } from "../src/tab/fake-scenarios.ts";
import { mountApp } from "./mount-app.tsx";

const invite = page.getByRole("dialog", { name: "Bring others to the table" });
const openInvite = page.getByRole("button", { name: "Invite others" });
const heading = page.getByRole("heading", { level: 1 });

beforeEach(async () => {
  await page.viewport(1280, 800);
});

describe("the welcome", () => {
  test.each([1280, 360])("WB60 a swarm without donors is a welcome with three ways to begin (%i px)", async (width) => {
    await page.viewport(width, 740);
    const app = await mountApp("/", { swarm: emptySwarm });
    await expect.element(page.getByText("Nobody serves all of Swarm Demo 10M yet.")).toBeVisible();
    await expect.element(page.getByRole("link", { name: "Be the first" })).toHaveAttribute("href", "/donate");
    await expect.element(page.getByText("downloads 10.9 MB once")).toBeVisible();
    await expect.element(openInvite).toBeVisible();
    await page.getByRole("button", { name: "Write a poem about the moon." }).click();
    expect(app.tab.asked.map(({ messages }) => messages.at(-1)?.content)).toEqual(["Write a poem about the moon."]);
  });

  test("WB60 the invitation has the link and its QR code, copies it and says so", async () => {
    const written: string[] = [];
    const clipboard = vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
      written.push(text);
    });
    await mountApp("/", { swarm: emptySwarm });
    await openInvite.click();
    await expect.element(invite.getByRole("textbox", { name: "Link" })).toHaveValue(`${location.origin}/`);
    await expect.element(invite.getByRole("img", { name: "QR code of the link" })).toBeVisible();
    await expect.element(invite.getByText("This address works on this device only.")).toBeVisible();
    await invite.getByRole("button", { name: "Copy the link" }).click();
    await expect.element(invite.getByText("Copied.")).toBeVisible();
    expect(written).toEqual([`${location.origin}/`]);
    clipboard.mockRejectedValue(new DOMException("no", "NotAllowedError"));
    await invite.getByRole("button", { name: "Copy the link" }).click();
    await expect.element(invite.getByText("copy it yourself")).toBeVisible();
    clipboard.mockRestore();
  });

  test("WB63 Escape closes a dialog alone, without stopping an answer too, and the focus returns", async () => {
    await mountApp("/");
    const heard: string[] = [];
    const listen = ({ key }: KeyboardEvent): void => void heard.push(key);
    document.addEventListener("keydown", listen);
    await openInvite.click();
    await expect.element(invite).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.element(invite).not.toBeInTheDocument();
    await expect.element(openInvite).toHaveFocus();
    await userEvent.keyboard("{Escape}");
    document.removeEventListener("keydown", listen);
    expect(heard).toEqual(["Escape"]);
  });
});

function fakeUpdate(): { readonly update: Update; readonly accepted: () => number } {
  let accepted = 0;
  const update = { waiting: createStore<boolean>()(() => true), accept: () => void (accepted += 1) };
  return { update, accepted: () => accepted };
}

describe("an update", () => {
  const banner = page.getByRole("complementary", { name: "Update" });

  test("WB62 waits while layers are loaded for others, says so, and comes when they are given back", async () => {
    const { update, accepted } = fakeUpdate();
    const { tab } = await mountApp("/", {}, "", undefined, update);
    await expect.element(banner).toHaveTextContent("Updating reloads this page.");
    tab.donation.start(1e9);
    await expect.element(banner).toHaveTextContent("It waits, since this tab holds layers for others.");
    await expect.element(banner.getByRole("button", { name: "Update now (stops donating)" })).toBeVisible();
    await banner.getByRole("button", { name: "Update when finished" }).click();
    await expect.element(banner).toHaveTextContent("Potluck updates as soon as this tab is done.");
    expect(accepted()).toBe(0);
    await tab.donation.stop();
    await expect.poll(accepted).toBe(1);
  });

  test("WB62 waits for an answer that is being written, unless the person does not want to wait", async () => {
    const { update, accepted } = fakeUpdate();
    const answer = () => [...textSteps("Once upon"), { hold: true } as const, done];
    const app = await mountApp("/", { answer }, "", undefined, update);
    app.page.chat.send("Hello!");
    await expect.element(banner).toHaveTextContent("It waits, since an answer is being written.");
    await banner.getByRole("button", { name: "Update now (stops the answer)" }).click();
    expect(accepted()).toBe(1);
    await banner.getByRole("button", { name: "Later" }).click();
    await expect.element(banner).not.toBeInTheDocument();
  });
});

describe("the frame", () => {
  test("WB63 another page is told by its title, and its heading has the focus", async () => {
    await mountApp("/");
    expect(document.title).toBe("Potluck");
    const before = document.activeElement;
    await page.getByRole("link", { name: "Swarm" }).click();
    await expect.element(heading).toHaveFocus();
    expect([document.title, before]).toEqual(["Swarm · Potluck", document.body]);
    await page.getByRole("link", { name: "Donate" }).click();
    await expect.element(heading).toHaveFocus();
    expect(document.title).toBe("Donate · Potluck");
  });

  test("WB61 the language is chosen in the header, named in itself, and kept", async () => {
    const app = await mountApp("/");
    const menu = page.getByRole("combobox", { name: "Language" });
    await expect.element(menu).toHaveTextContent("As the browser (English)English中文DeutschEspañol");
    await userEvent.selectOptions(menu.element(), "de");
    await expect.poll(() => document.documentElement.lang).toBe("de");
    expect(app.page.preferences.store.getState().language).toBe("de");
    await userEvent.selectOptions(page.getByRole("combobox").first().element(), "en");
    await expect.poll(() => document.documentElement.lang).toBe("en");
  });

  test("WB61 a language that could not be loaded is named, and can be tried again", async () => {
    const app = await mountApp("/");
    app.page.speech.missing.setState("es", true);
    await expect.element(page.getByText("Español could not be loaded")).toBeVisible();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => document.documentElement.lang).toBe("es");
  });
});
