/**
 * Every fault in every phase of an answer: each ends with the undisturbed tokens. Three hops and a standby for each, every
 * donor in a browser of its own. The fault hits the middle hop; in `replay` that is the standby which has just taken over,
 * so that where the fault is fatal the answer waits until a new donor comes.
 */
import {
  ask,
  carryOn,
  type Coordinator,
  createCrew,
  crashWorker,
  type Crew,
  type CrewMember,
  closePolitely,
  cutLink,
  freezeTab,
  holdEngines,
  killBrowser,
  loseDevice,
  openPage,
  releaseEngines,
  restartCoordinator,
  type RunningAnswer,
  type StageAnswer,
  type StageAsk,
  type StagePage,
  startAsking,
  startCoordinator,
} from "@potluck/tool/stage";
import { rm } from "node:fs/promises";
import { expect, test as base } from "./coordinator.ts";
import { layerOf, modelId, thirdMb } from "./support/donors.ts";

/** Of more than one chunk, so that rows follow each other. */
const question: StageAsk = {
  modelId,
  messages: [{ role: "user", content: "Tell me a long story about a fox and a lantern. ".repeat(8) }],
  maxNewTokens: 32,
  fresh: true,
};
/** Tokens that have come when a fault hits in `decode`. */
const midway = 8;
const firstTurn: StageAsk = { ...question, maxNewTokens: midway };
const secondTurn = (firstAnswer: string): StageAsk => ({
  modelId,
  messages: [...question.messages, { role: "assistant", content: firstAnswer }, { role: "user", content: "And then?" }],
  maxNewTokens: midway,
});

interface Stage {
  /** The one that runs now. */
  coordinator: Coordinator;
  readonly crew: Crew;
  readonly asker: StagePage;
  readonly undisturbed: {
    readonly whole: StageAnswer;
    readonly first: StageAnswer;
    readonly second: StageAnswer;
  };
}

const test = base.extend<object, { stage: Stage }>({
  stage: [
    async ({ browser }, use) => {
      const coordinator = await startCoordinator();
      const crew = createCrew({ url: coordinator.url, budgetMb: thirdMb, browser: "own" });
      await crew.muster(1);
      const asker = await openPage(browser, coordinator.url, "/");
      const whole = await ask(asker.page, question);
      const first = await ask(asker.page, firstTurn);
      const second = await ask(asker.page, { ...secondTurn(first.text), fresh: true });
      const stage: Stage = { coordinator, crew, asker, undisturbed: { whole, first, second } };
      await use(stage);
      await asker.context.close();
      await crew.close();
      await stage.coordinator.stop();
      await rm(coordinator.dataDir, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

// A trace asks every page, and one that is frozen never answers.
test.use({ trace: "off" });

test.afterEach(async ({ stage }) => stage.crew.clear());

/** What a fault may touch. */
interface Scene {
  readonly stage: Stage;
  readonly victim: CrewMember;
  /** Null between turns. */
  readonly answer: RunningAnswer | null;
}

interface Fault {
  readonly name: string;
  /** The victim can't go on. */
  readonly fatal: boolean;
  /** A hop can't go on as the route says. */
  readonly breaksRoute: boolean;
  /** Resolves to the answer as it goes on. */
  readonly strike: (scene: Scene) => Promise<RunningAnswer | null>;
}

const fatal = (name: string, hit: (victim: CrewMember) => Promise<void>): Fault => ({
  name,
  fatal: true,
  breaksRoute: true,
  strike: async ({ victim, answer }) => {
    await hit(victim);
    return answer;
  },
});

const reload = "a reload of the asker's page";

const faults: readonly Fault[] = [
  fatal("polite close", closePolitely),
  fatal("kill -9 of the browser", killBrowser),
  fatal("a frozen tab", freezeTab),
  fatal("a lost device", loseDevice),
  fatal("a worker crash", crashWorker),
  {
    name: "a link cut one way",
    fatal: false,
    breaksRoute: true,
    strike: async ({ stage: { crew }, victim, answer }) => {
      await cutLink(await crew.lastToRun(crew.holding(layerOf.first)), victim);
      return answer;
    },
  },
  {
    name: "a restart of the coordinator",
    fatal: false,
    breaksRoute: false,
    strike: async ({ stage, answer }) => {
      stage.coordinator = await restartCoordinator(stage.coordinator);
      return answer;
    },
  },
  {
    name: reload,
    fatal: false,
    breaksRoute: false,
    strike: async ({ stage, answer }) => {
      await stage.asker.page.reload();
      return answer === null ? null : await carryOn(stage.asker.page);
    },
  },
];

/** Makes good whatever was lost before. */
async function setUp({ crew }: Stage): Promise<readonly CrewMember[]> {
  await crew.muster(2);
  return crew.holding(layerOf.middle);
}

async function strike(fault: Fault, scene: Scene): Promise<RunningAnswer | null> {
  const answer = await fault.strike(scene);
  if (fault.fatal) scene.stage.crew.lose(scene.victim);
  else await releaseEngines([scene.victim]);
  return answer;
}

/** The answer ends as if nothing had happened, and something has. */
async function expectUndisturbed(stage: Stage, fault: Fault, answer: RunningAnswer | null): Promise<void> {
  if (answer === null) throw new Error("there was no answer");
  const { whole } = stage.undisturbed;
  const { ids, text, stats } = await answer.result();
  expect(text).toBe(whole.text);
  expect(stats.answerTokens).toBe(whole.ids.length);
  // A page after a reload tells what was there already as one piece of text.
  const told = fault.name === reload ? ids.length : whole.ids.length;
  expect(told).toBeGreaterThan(0);
  expect(ids).toEqual(whole.ids.slice(whole.ids.length - told));
  if (fault.breaksRoute) expect(stats.repairs.length).toBeGreaterThan(0);
}

for (const fault of faults) {
  test(`PT11 ${fault.name} during prefill`, async ({ stage }) => {
    const middle = await setUp(stage);
    await holdEngines(middle);
    const running = stage.crew.nextToRun(middle);
    const answer = await startAsking(stage.asker.page, question);
    const victim = await running;
    await releaseEngines(middle.filter((member) => member !== victim));
    await expectUndisturbed(stage, fault, await strike(fault, { stage, victim, answer }));
  });

  test(`PT11 ${fault.name} during decode`, async ({ stage }) => {
    const middle = await setUp(stage);
    const answer = await startAsking(stage.asker.page, question);
    await answer.tokens(midway);
    const victim = await stage.crew.nextToRun(middle);
    await holdEngines([victim]);
    expect((await answer.progress()).over).toBe(false);
    await expectUndisturbed(stage, fault, await strike(fault, { stage, victim, answer }));
  });

  test(`PT11 ${fault.name} during replay`, async ({ stage }) => {
    const { crew } = stage;
    const middle = await setUp(stage);
    const answer = await startAsking(stage.asker.page, question);
    await answer.tokens(midway);
    const closed = await crew.nextToRun(middle);
    const standbys = middle.filter((member) => member !== closed);
    await holdEngines(standbys);
    const replaying = crew.nextToRun(standbys);
    await closePolitely(closed);
    crew.lose(closed);
    const victim = await replaying;
    await releaseEngines(standbys.filter((member) => member !== victim));
    expect((await answer.progress()).over).toBe(false);
    const goesOn = await strike(fault, { stage, victim, answer });
    // Whoever waits for layers gets them.
    await crew.muster(1);
    await expectUndisturbed(stage, fault, goesOn);
  });

  test(`PT11 ${fault.name} between turns`, async ({ stage }) => {
    const middle = await setUp(stage);
    const first = await startAsking(stage.asker.page, firstTurn);
    const victim = await stage.crew.nextToRun(middle);
    const { ids, text } = await first.result();
    expect(ids).toEqual(stage.undisturbed.first.ids);
    await strike(fault, { stage, victim, answer: null });
    const second = await ask(stage.asker.page, secondTurn(text));
    expect(second.ids).toEqual(stage.undisturbed.second.ids);
  });
}
