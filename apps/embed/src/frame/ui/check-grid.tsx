import { useEffect, useRef } from "preact/hooks";
import type { Check } from "../check.ts";
import type { Words } from "../words/load-words.ts";

interface CheckGridProps {
  readonly check: Check;
  readonly t: Words;
  readonly pick: (digit: number, event: MouseEvent) => void;
}

/** EB8: what only somebody who sees this page, or has it read to them, can answer. */
export function CheckGrid({ check: { wanted, order }, t, pick }: CheckGridProps) {
  const task = useRef<HTMLParagraphElement>(null);
  // Read aloud, and nobody is already on a number.
  useEffect(() => task.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <p class="task" ref={task} tabIndex={-1} data-wanted={wanted}>
        {t("check.press", { number: wanted })}
      </p>
      <div class="digits">
        {order.map((digit) => (
          <button type="button" class="digit" key={digit} onClick={(event) => pick(digit, event)}>
            {digit}
          </button>
        ))}
      </div>
      <p class="who">{t("check.wrong")}</p>
    </>
  );
}
