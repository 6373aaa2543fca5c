import { expect, test } from "vitest";
import { createSight, sightMs } from "./sight.ts";
import { createWitness, type Click } from "./witness.ts";

const question = {} as Element;
const place = { screenX: 100, screenY: 100, clientX: 10, clientY: 10 };
const click: Click = { screenX: 100, screenY: 100, clientX: 10, clientY: 10, detail: 1, isTrusted: true };

function makeWitness() {
  let nowMs = 0;
  let see: (inSight: boolean) => void = () => undefined;
  let unsaid: (() => void) | null = null;
  const sight = createSight();
  const witness = createWitness(
    sight,
    (_question, told) => {
      see = told;
      return { flush: () => unsaid?.(), end: () => undefined };
    },
    () => nowMs,
  );
  const end = witness.watch(question);
  return {
    witness,
    end,
    see: (inSight: boolean): void => see(inSight),
    leave: (call: () => void): void => void (unsaid = call),
    pass: (ms: number): void => void (nowMs += ms),
    press: (more: Partial<Click> = {}, isActive = true) =>
      sight.press(witness.press({ ...click, ...more }, isActive), nowMs),
  };
}

test("EB8 a cover that the browser has noticed and not told of yet counts", () => {
  const { witness, see, pass, press, leave } = makeWitness();
  witness.follow(place);
  see(true);
  pass(sightMs);
  leave(() => see(false));
  expect(press()).toBe("early");
});

test("EB8 a frame that was moved under the pointer begins the second anew", () => {
  const { witness, see, pass, press } = makeWitness();
  see(true);
  witness.follow({ screenX: 100, screenY: 100, clientX: 10, clientY: 210 });
  pass(sightMs);
  expect(press()).toBe("early");
  pass(sightMs);
  expect(press()).toBe("counts");
});

test("EB8 a click without a pointer is by keyboard, and needs the focus", () => {
  const { witness, see, pass, press } = makeWitness();
  see(true);
  pass(sightMs);
  expect(press({ detail: 0, screenX: 0, screenY: 0, clientX: 0, clientY: 0 })).toBe("early");
  witness.focus(true);
  pass(sightMs);
  expect(press({ detail: 0 })).toBe("counts");
});

test("EB8 without an act of a person's that the browser knows of, nothing was pressed", () => {
  const { witness, see, pass, press } = makeWitness();
  witness.follow(place);
  see(true);
  pass(sightMs);
  expect([press({ isTrusted: false }), press({}, false), press()]).toEqual(["void", "void", "counts"]);
});

test("EB8 what was seen of a question that was put away is forgotten", () => {
  const { see, pass, press, end } = makeWitness();
  see(true);
  pass(sightMs);
  end();
  expect(press()).toBe("early");
});

test("EB8 a mouse that was never seen before its press may have had the frame moved under it; a finger comes from nowhere", () => {
  for (const [pointerType, verdict] of [
    ["mouse", "early"],
    [undefined, "early"],
    ["touch", "counts"],
  ] as const) {
    const { see, pass, press } = makeWitness();
    see(true);
    pass(sightMs);
    expect(press(pointerType === undefined ? {} : { pointerType })).toBe(verdict);
    pass(sightMs);
    expect(press({ pointerType: "mouse" })).toBe(pointerType === "touch" ? "early" : "counts");
  }
});

test("EB8 a frame that grows begins the second anew at once, and its next press counts where the pointer rests", () => {
  const { witness, see, pass, press } = makeWitness();
  see(true);
  expect(press()).toBe("early");
  pass(100);
  witness.resized();
  pass(sightMs - 1);
  // The pointer is where it was; the frame under it is not.
  expect(press({ clientY: 60 })).toBe("early");
  pass(sightMs);
  expect(press({ clientY: 60 })).toBe("counts");
  witness.resized();
  pass(sightMs);
  expect(press({ clientY: 110 })).toBe("counts");
});
