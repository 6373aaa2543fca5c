import * as v from "valibot";
import { TextError, type TextFault, textFaults } from "../text-error.ts";

/** What a worker's call gives back. Errors lose their class on the way between threads, so they travel as values. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: TextFault; readonly message: string };

export const outcomeOf = async <T>(act: () => T | Promise<T>): Promise<Outcome<T>> => {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    if (error instanceof TextError) return { ok: false, fault: error.fault, message: error.message };
    return { ok: false, fault: "internal", message: error instanceof Error ? error.message : String(error) };
  }
};

/** The value of a received outcome. Throws the {@link TextError} that it carries, or `internal` where it is no outcome. */
export const valueOf = <T>(schema: v.GenericSchema<unknown, T>, outcome: unknown): T => {
  const result = v.safeParse(
    v.variant("ok", [
      v.object({ ok: v.literal(true), value: schema }),
      v.object({ ok: v.literal(false), fault: v.picklist(textFaults), message: v.string() }),
    ]),
    outcome,
  );
  if (!result.success) throw new TextError("internal", "The text worker gave an answer that makes no sense. Reload.");
  if (!result.output.ok) throw new TextError(result.output.fault, result.output.message);
  return result.output.value;
};
