import { type ReactElement, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { createLate } from "./late.ts";

export interface FormulaProps {
  readonly tex: string;
  /** What stands there until the formula can be shown, or where it has a fault. */
  readonly source: string;
  readonly display: boolean;
}

const katex = createLate(async () => (await import("katex")).default);

/** A formula as MathML. */
export function Formula({ tex, source, display }: FormulaProps): ReactElement {
  const { t } = useTranslation();
  const place = useRef<HTMLSpanElement>(null);
  const writer = katex.use(true);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    element.textContent = source;
    if (writer === null) return;
    try {
      // Builds elements, not HTML. MathML brings its own fonts, and screen readers can read it.
      writer.render(tex, element, {
        displayMode: display,
        output: "mathml",
        throwOnError: true,
        trust: false,
        strict: "ignore",
        maxSize: 20,
        maxExpand: 200,
      });
    } catch {
      element.textContent = source;
    }
  }, [writer, tex, source, display]);
  if (!display) return <span ref={place} />;
  return (
    // It scrolls, so the keyboard must reach it; and it may stand inside of a paragraph.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role
    <span className="md-math" role="group" aria-label={t("chat:answer.formula")} tabIndex={0} ref={place} />
  );
}
