/** What befalls tabs. Each returns as soon as it has happened, and says nothing about who has noticed. */
import type { Coordinator } from "./coordinator.ts";
import { startCoordinator } from "./coordinator.ts";
import type { CrewMember } from "./crew.ts";

/** The person closes the tab: `pagehide` runs. */
export async function closePolitely({ page }: CrewMember): Promise<void> {
  await page.close();
}

/** `kill -9` of the tab's whole browser. */
export async function killBrowser({ own }: CrewMember): Promise<void> {
  if (own === null) throw new Error("this tab's browser has other tabs");
  await own.kill();
}

/** Nothing of the tab runs any more, while its sockets and its channels look open. */
export async function freezeTab({ own }: CrewMember): Promise<void> {
  if (own === null) throw new Error("this tab's browser has other tabs");
  await own.freezePages();
}

/** What `from` sends over its links to `to` vanishes from now on; the other direction, and new links, work. */
export async function cutLink(from: CrewMember, to: CrewMember): Promise<void> {
  const ends = await to.page.evaluate(() => window.potluckStage?.ends() ?? []);
  const cut = await from.page.evaluate((wanted) => window.potluckStage?.cut(wanted) ?? 0, ends);
  if (cut === 0) throw new Error("the two tabs have no link");
}

/** The engine's worker says that its device is lost. */
export async function loseDevice({ page }: CrewMember): Promise<void> {
  await page.evaluate(() => window.potluckStage?.sabotage("lose-device"));
}

/** An exception that nothing catches ends the engine's worker. */
export async function crashWorker({ page }: CrewMember): Promise<void> {
  await page.evaluate(() => window.potluckStage?.sabotage("crash"));
}

/** The coordinator dies without a word, and another one starts at its address with its data. */
export async function restartCoordinator(coordinator: Coordinator): Promise<Coordinator> {
  await coordinator.kill();
  return await startCoordinator({ port: Number(new URL(coordinator.url).port), dataDir: coordinator.dataDir });
}

/** These tabs' engines do nothing more until they are let go on. */
export async function holdEngines(members: readonly CrewMember[]): Promise<void> {
  await Promise.all(members.map(({ page }) => page.evaluate(() => window.potluckStage?.hold())));
}

export async function releaseEngines(members: readonly CrewMember[]): Promise<void> {
  await Promise.all(members.map(({ page }) => page.evaluate(() => window.potluckStage?.release())));
}
