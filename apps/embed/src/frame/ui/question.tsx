import { useEffect, useRef, useState } from "preact/hooks";
import type { Life, Note } from "../life.ts";
import { consentHours, guestDailyBytes, guestShare } from "../terms.ts";
import type { Press } from "../sight.ts";
import { isShrunk, watchShrinking } from "../watch-sight.ts";
import { createWitness } from "../witness.ts";
import { describeTrouble } from "../words/describe-trouble.ts";
import type { Words } from "../words/load-words.ts";
import { guestBudgetBytes } from "@potluck/protocol";
import { CheckGrid } from "./check-grid.tsx";
import { Icon, type IconName, Logo } from "./icon.tsx";
import { useSize } from "./use-size.ts";
import type { View } from "./view.ts";

interface QuestionProps {
  readonly view: View;
  readonly life: Extract<Life, { readonly kind: "asking" | "checking" | "agreeing" }>;
}

/** EB7: all that a yes means, on one screen; after it, in the same place, what shows that it was seen (EB8). */
export function Question({ view, life }: QuestionProps) {
  const { frame, facts, host, t, processor, unsuited, size, watchSight, now } = view;
  const panel = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [witness] = useState(() => createWitness(frame.sight, watchSight, now));
  const [isChosen, choose] = useState(false);
  const isCramped = useCramped(panel);
  const isTiny = useTiny();
  useSize(panel, "panel", size);
  const isChecking = life.kind === "checking";
  const isAgreeing = life.kind === "agreeing";
  const note = life.kind === "asking" ? life.note : null;
  // Who listens hears the question first, and whoever types is not already on a button.
  useEffect(() => {
    if (!isChecking) heading.current?.focus({ preventScroll: true });
  }, [isChecking]);
  useEffect(() => (panel.current === null ? undefined : witness.watch(panel.current)), [witness]);
  useEffect(() => {
    const close = (event: KeyboardEvent): void => {
      if (event.key === "Escape") frame.close();
    };
    document.addEventListener("pointermove", witness.follow);
    window.addEventListener("resize", witness.resized);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointermove", witness.follow);
      window.removeEventListener("resize", witness.resized);
      document.removeEventListener("keydown", close);
    };
  }, [witness, frame]);

  const press = (event: MouseEvent): Press => {
    const isActive = (navigator as { userActivation?: UserActivation }).userActivation?.isActive ?? true;
    return witness.press(event, isActive);
  };
  const yes = (event: MouseEvent): void => frame.yes(press(event), isChosen);
  const pick = (digit: number, event: MouseEvent): void => {
    // The rest of a double click on Yes.
    if (event.detail < 2) frame.pick(digit, press(event));
  };
  const share = guestShare * 100;
  const hint = isAgreeing ? t("question.wait") : sayNote(note, t);
  const obstacle = watchSight === null ? "cantTell" : isTiny ? "shrunk" : isCramped ? "tooSmall" : null;
  const barrier = obstacle === null ? null : t(`question.${obstacle}`);
  const lines: readonly (readonly [IconName, string])[] = [
    ["chip", t(`question.${processor}`, { share })],
    [
      "load",
      facts.loadBytes === null
        ? t("question.loadLater", { load: guestBudgetBytes, cap: guestDailyBytes })
        : t("question.load", { load: facts.loadBytes + facts.runtimeBytes[processor], cap: guestDailyBytes }),
    ],
    ["eye", t("question.peers")],
    ["chat", t("question.chats")],
    ["clock", t("question.lasts", { hours: consentHours })],
    ["stop", t("question.stop")],
  ];
  return (
    <dialog
      open
      class="panel"
      ref={panel}
      aria-labelledby="question"
      data-part="question"
      data-barrier={barrier !== null}
      data-check={isChecking}
    >
      <button
        type="button"
        class="round panel-close"
        aria-label={t("question.close")}
        title={t("question.close")}
        onClick={() => frame.close()}
      >
        <Icon name="close" />
      </button>
      <div class="panel-head">
        <Logo />
        <h1 id="question" ref={heading} tabIndex={-1}>
          {t(processor === "gpu" ? "question.heading" : "question.headingCpu", { site: facts.name })}
        </h1>
      </div>
      {life.kind === "checking" ? (
        <CheckGrid check={life.check} t={t} pick={pick} />
      ) : (
        <>
          <p class="who">{t("question.who", { host })}</p>
          <output class="hint">{barrier ?? hint}</output>
          <ul class="lines">
            {lines.map(([icon, line]) => (
              <li key={icon}>
                <Icon name={icon} />
                <span>{line}</span>
              </li>
            ))}
          </ul>
          {unsuited !== null && barrier === null && (
            <label class="tick">
              <input type="checkbox" checked={isChosen} onChange={() => choose(!isChosen)} />
              {t(`question.tick.${unsuited}`)}
            </label>
          )}
          <div class="answers">
            {barrier === null && (
              <button
                type="button"
                class="answer"
                aria-disabled={isAgreeing || (unsuited !== null && !isChosen)}
                onClick={yes}
                onFocus={() => witness.focus(true)}
                onBlur={() => witness.focus(false)}
              >
                {t("question.yes")}
              </button>
            )}
            {barrier !== null && (
              <a class="answer" href="/donate" target="_blank" rel="noopener">
                {t("question.ownTab")}
              </a>
            )}
            <button type="button" class="answer" aria-disabled={isAgreeing} onClick={() => frame.no()}>
              {t("question.no")}
            </button>
          </div>
          <p class="links">
            {barrier === null && (
              <a href="/donate" target="_blank" rel="noopener">
                {t("question.ownTab")}
              </a>
            )}
            <a href="/privacy" target="_blank" rel="noopener">
              {t("question.privacy")}
            </a>
          </p>
        </>
      )}
    </dialog>
  );
}

function sayNote(note: Note | null, t: Words): string {
  if (note === null) return "";
  return note.kind === "early" || note.kind === "again" ? t(`question.${note.kind}`) : describeTrouble(note, t);
}

/** Whether the page around, or the browser's own zoom, shows the frame too small to be read. */
function useTiny(): boolean {
  const [isTiny, setTiny] = useState(isShrunk);
  useEffect(() => watchShrinking(() => setTiny(isShrunk())), []);
  return isTiny;
}

/** How long the page around may take to make room, in ms. */
const roomMs = 1000;

/** Whether the frame is smaller than the question, and stays so: then nobody can have all of it in sight. */
function useCramped(panel: { readonly current: HTMLElement | null }): boolean {
  const [isCramped, setCramped] = useState(false);
  useEffect(() => {
    const look = (): void => {
      const { width = 0, height = 0 } = panel.current?.getBoundingClientRect() ?? {};
      setCramped(Math.floor(height) > window.innerHeight || Math.floor(width) > window.innerWidth);
    };
    const timer = setTimeout(look, roomMs);
    window.addEventListener("resize", look);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("resize", look);
    };
  }, [panel]);
  return isCramped;
}
