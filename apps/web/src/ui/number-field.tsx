import { type ReactElement, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../i18n/create-words.ts";

export interface NumberFieldProps {
  readonly name: string;
  readonly value: number | null;
  readonly min: number;
  readonly max: number;
  readonly step: number | "any";
  readonly hint?: string;
  /** What an empty field shows; an empty field is a fault where this is missing. */
  readonly empty?: string;
  readonly disabled?: boolean;
  /** Whoever leaves the field or presses Enter gets the nearest number that can be used, so that what is shown is used. */
  readonly clamp?: boolean;
  readonly onChange: (value: number | null) => void;
  /** Told whether what stands in the field can be used. */
  readonly onFault?: (faulty: boolean) => void;
}

/** A number that is only passed on while it is valid; what the person types stays as typed. */
export function NumberField(props: NumberFieldProps): ReactElement {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (props.value === null ? "" : String(props.value));
  const fault = faultOf(text, props, t);
  const settle = (): void => {
    if (fault === null) return setTyped(null);
    if (props.clamp !== true) return;
    // An empty field has no nearest number: what was used last comes back.
    if (text !== "") props.onChange(nearest(Number(text), props));
    setTyped(null);
    props.onFault?.(false);
  };
  return (
    <div className="field">
      <label className="field-name" htmlFor={id}>
        {props.name}
      </label>
      <input
        className="input"
        id={id}
        type="number"
        inputMode={props.step === 1 ? "numeric" : "decimal"}
        min={props.min}
        max={props.max}
        step={props.step}
        value={text}
        placeholder={props.empty}
        disabled={props.disabled}
        aria-invalid={fault !== null}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const next = event.currentTarget.value;
          setTyped(next);
          const faulty = faultOf(next, props, t) !== null;
          props.onFault?.(faulty);
          if (!faulty) props.onChange(next === "" ? null : Number(next));
        }}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") settle();
        }}
      />
      <p className={fault === null ? "field-hint" : "field-fault"} id={`${id}-hint`}>
        {fault ?? props.hint}
      </p>
    </div>
  );
}

function nearest(value: number, { min, max, step }: NumberFieldProps): number {
  return Math.min(max, Math.max(min, step === 1 ? Math.round(value) : value));
}

function faultOf(text: string, { min, max, step, empty }: NumberFieldProps, t: Words): string | null {
  if (text === "") return empty === undefined ? t("number.between", { min, max }) : null;
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || value > max) return t("number.between", { min, max });
  if (step === 1 && !Number.isInteger(value)) return t("number.whole");
  return null;
}
