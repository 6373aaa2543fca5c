import type { DonationState } from "@potluck/donor";
import { type ReactElement, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";

/** What the first button does in a state; null where nothing can be done but stop. */
function mainOf(state: DonationState): "start" | "pause" | "hold" | "resume" | "stay" | null {
  switch (state.kind) {
    case "idle":
    case "error":
      return "start";
    case "joining":
    case "loading":
    case "ready":
    case "serving":
      return "pause";
    case "paused":
    case "waiting-for-rules":
      return state.reasons.some(({ why }) => why === "by-person") ? "resume" : "hold";
    case "finishing":
      return "stay";
    case "waiting-for-tab":
    case "handing-over":
      return null;
    default:
      return state satisfies never;
  }
}

/**
 * Start, Pause and Resume are one button, and so are the ways of stopping, so that the keyboard stays where it is. Stopping
 * hands answers over at once, finishing stops after them.
 */
export function DonateButtons(props: {
  readonly state: DonationState;
  readonly canStart: boolean;
  readonly onStart: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { state, canStart, onStart } = props;
  const { donation } = usePage().tab;
  const box = useRef<HTMLDivElement>(null);
  const focused = useRef<HTMLElement | null>(null);
  const main = mainOf(state);
  const idle = main === "start";
  const handingOver = state.kind === "handing-over";
  // The button that had the focus may go with any change of the state, also without being pressed.
  useEffect(() => {
    if (focused.current === null || focused.current.isConnected || document.activeElement !== document.body) return;
    box.current?.querySelector<HTMLElement>("button:enabled")?.focus();
  });
  const act = (): void => {
    switch (main) {
      case "start":
      case "stay":
        return onStart();
      case "pause":
      case "hold":
        return donation.pause();
      case "resume":
        return donation.resume();
      case null:
        return undefined;
      default:
        return main satisfies never;
    }
  };

  return (
    <div className="donate-leave">
      <div
        className="donate-buttons"
        ref={box}
        onFocus={(event) => {
          focused.current = event.target;
        }}
        onBlur={(event) => {
          if (event.target.isConnected) focused.current = null;
        }}
      >
        {main !== null && (
          <button
            className={idle || main === "resume" ? "button button-main button-big" : "button button-big"}
            type="button"
            disabled={idle && !canStart}
            onClick={act}
          >
            {t(`donate:do.${main}`)}
          </button>
        )}
        {state.kind === "serving" && (
          <button className="button button-big" type="button" onClick={() => donation.finish()}>
            {t("donate:do.finish")}
          </button>
        )}
        {!idle && (
          <button
            className="button button-big"
            type="button"
            aria-disabled={handingOver}
            onClick={() => !handingOver && void donation.stop()}
          >
            {handingOver
              ? t("donate:do.stopping")
              : state.kind === "finishing"
                ? t("donate:do.stopNow")
                : t("donate:do.stop")}
          </button>
        )}
      </div>
      {state.kind === "serving" && <p className="donate-soft">{t("donate:do.stopHint")}</p>}
    </div>
  );
}
