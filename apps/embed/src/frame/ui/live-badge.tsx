import { useEffect, useRef } from "preact/hooks";
import type { Life } from "../life.ts";
import { guestShare } from "../terms.ts";
import type { Words } from "../words/load-words.ts";
import { Icon, Logo } from "./icon.tsx";
import { useSize } from "./use-size.ts";
import type { View } from "./view.ts";

type Live = Extract<Life, { readonly kind: "unseen" | "waiting-turn" | "lending" | "stopping" }>;

/** EB11: what the device does for others, for as long as it does. */
export function LiveBadge({ view, life }: { readonly view: View; readonly life: Live }) {
  const { frame, t, processor, size, watchSight } = view;
  const badge = useRef<HTMLElement>(null);
  useSize(badge, "badge", size);
  const isWorking = life.kind === "lending";
  const isDue = life.kind !== "stopping";
  useEffect(() => {
    if (!isDue || badge.current === null || watchSight === null) return undefined;
    const watch = watchSight(badge.current, (inSight) => frame.guard.see(inSight));
    return () => watch.end();
  }, [isDue, frame, watchSight]);
  const work = isWorking ? life.work : null;
  const isPaused = work?.kind === "paused" && work.why === "by-person";
  const pauseWord = t(isPaused ? "badge.resume" : "badge.pause");
  return (
    <section
      class="badge"
      ref={badge}
      aria-label={t("badge.region")}
      data-part="badge"
      data-state={work?.kind ?? life.kind}
    >
      <Logo />
      <span class="badge-words">
        <output class="badge-state">{describe(life, t)}</output>
        {work?.kind === "loading" ? (
          <progress aria-label={t("badge.progress")} max={work.totalBytes} value={work.doneBytes} />
        ) : (
          <span class="badge-more">
            {t(processor === "gpu" ? "badge.share" : "badge.shareCpu", { share: guestShare * 100 })}
          </span>
        )}
      </span>
      {isWorking && (
        <button
          type="button"
          class="round"
          aria-label={pauseWord}
          title={pauseWord}
          onClick={() => (isPaused ? frame.resume() : frame.pause())}
        >
          <Icon name={isPaused ? "play" : "pause"} />
        </button>
      )}
      <button
        type="button"
        class="stop"
        title={t("badge.stop")}
        aria-disabled={life.kind === "stopping"}
        onClick={() => frame.stop()}
      >
        <Icon name="stop" />
        <span class="stop-word">{t("badge.stop")}</span>
      </button>
    </section>
  );
}

/** The state in a few words. Read aloud when it changes, so a load is told in tenths. */
function describe(life: Live, t: Words): string {
  if (life.kind === "unseen") return t("state.starting");
  if (life.kind === "waiting-turn") return t("state.turn");
  if (life.kind === "stopping") return t("state.stopping");
  const { work } = life;
  switch (work.kind) {
    case "starting":
    case "waiting":
    case "ready":
    case "serving":
      return t(`state.${work.kind}`);
    case "loading":
      return t("state.loading", { percent: Math.floor((10 * work.doneBytes) / Math.max(1, work.totalBytes)) * 10 });
    case "paused":
      return t(`paused.${work.why}`);
    default:
      return work satisfies never;
  }
}
