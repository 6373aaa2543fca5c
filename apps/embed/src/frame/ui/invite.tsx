import { useRef } from "preact/hooks";
import { Icon, Logo } from "./icon.tsx";
import { useSize } from "./use-size.ts";
import type { View } from "./view.ts";

/** Small, and asks for nothing yet: what it would mean is in the question. */
export function Invite({ view: { frame, t, processor, size } }: { readonly view: View }) {
  const badge = useRef<HTMLElement>(null);
  useSize(badge, "badge", size);
  return (
    <section class="badge" ref={badge} aria-label={t("invite.region")} data-part="invite">
      <button type="button" class="invite" onClick={() => frame.details()}>
        <Logo />
        <span class="badge-words">
          <span class="badge-state">{t(`invite.${processor}`)}</span>
          <span class="badge-more">{t("invite.details")}</span>
        </span>
      </button>
      <button type="button" class="round" aria-label={t("invite.no")} title={t("invite.no")} onClick={() => frame.no()}>
        <Icon name="close" />
      </button>
    </section>
  );
}
