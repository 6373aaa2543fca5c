import type { RefusalReason } from "@potluck/protocol";
import { useRef } from "preact/hooks";
import type { Life } from "../life.ts";
import { describeTrouble } from "../words/describe-trouble.ts";
import { Icon, Logo } from "./icon.tsx";
import { useSize } from "./use-size.ts";
import type { View } from "./view.ts";

type End = Extract<Life, { readonly kind: "stopped" | "failed" }>;

/** No other try would end otherwise. */
const final: readonly RefusalReason[] = ["site-unknown", "site-revoked", "origin-unknown"];

/** After Stop: thanks. After an end by itself: why. Either can be put away. */
export function Ended({ view: { frame, t, size }, life }: { readonly view: View; readonly life: End }) {
  const badge = useRef<HTMLElement>(null);
  useSize(badge, "badge", size);
  const hasGiven = life.kind === "stopped" && life.given.tokens > 0;
  const isFinal = life.kind === "failed" && life.trouble.kind === "refusal" && final.includes(life.trouble.reason);
  return (
    <section class="badge" ref={badge} aria-label={t("invite.region")} data-part="ended" data-state={life.kind}>
      <Logo />
      <span class="badge-words">
        <output>
          {life.kind === "failed" ? (
            <span class="badge-state badge-long">{describeTrouble(life.trouble, t)}</span>
          ) : (
            <>
              <span class="badge-state">{t("stopped.thanks")}</span>{" "}
              <span class="badge-more">
                {hasGiven
                  ? t("stopped.given", { tokens: life.given.tokens, time: life.given.seconds * 1000 })
                  : t("stopped.nothing")}
              </span>
            </>
          )}
        </output>
        {!isFinal && (
          <button type="button" class="words" onClick={() => frame.again()}>
            {t(life.kind === "failed" ? "trouble.again" : "stopped.again")}
          </button>
        )}
      </span>
      <button
        type="button"
        class="round"
        aria-label={t("stopped.close")}
        title={t("stopped.close")}
        onClick={() => frame.dismiss()}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}
