import { type ReactElement, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePage } from "../app/page.ts";
import type { Versions } from "../conversation/conversation.ts";
import { Icon } from "../ui/icon.tsx";

/** `‹ 2/3 ›`: goes from version to version. Nothing where there is only one. */
export function VersionFlip(props: {
  readonly of: "answer" | "question";
  readonly versions: Versions;
}): ReactElement | null {
  const { t } = useTranslation();
  const { chat } = usePage();
  const { index, keys } = props.versions;
  const [said, setSaid] = useState("");
  const pressed = useRef(false);
  const place = index + 1;
  const count = keys.length;
  useEffect(() => {
    // Only who flips wants to hear it.
    if (pressed.current) setSaid(t("chat:versions.announced", { place, count }));
    pressed.current = false;
  }, [t, place, count]);
  if (count < 2) return null;
  const go = (step: -1 | 1): void => {
    const key = keys[index + step];
    if (key === undefined) return;
    pressed.current = true;
    chat.show(key);
  };
  const step = (by: -1 | 1): ReactElement => {
    const name = by < 0 ? "before" : "after";
    const label = t(`chat:versions.${name}`);
    return (
      <button
        className="action"
        type="button"
        data-action={props.of === "answer" ? name : undefined}
        aria-label={label}
        title={label}
        // Stays reachable, so that the focus has its place at either end.
        aria-disabled={keys[index + by] === undefined}
        onClick={() => go(by)}
      >
        <Icon name={by < 0 ? "left" : "right"} />
      </button>
    );
  };
  return (
    <fieldset className="flip" aria-label={t(`chat:versions.${props.of}`)}>
      {step(-1)}
      <span className="flip-place" aria-hidden="true">
        {t("chat:versions.place", { place, count })}
      </span>
      {step(1)}
      <output className="unseen">{said}</output>
    </fieldset>
  );
}
