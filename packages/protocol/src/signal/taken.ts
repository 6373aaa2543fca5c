import * as v from "valibot";
import { type Refusal, refusalSchema } from "../refusal.ts";

/** Answer to an event that asks for nothing back: taken, or refused with a reason. */
export type Taken = { readonly status: "taken" } | Refusal;

export const takenSchema: v.GenericSchema<unknown, Taken> = v.union([
  v.object({ status: v.literal("taken") }),
  refusalSchema,
]);
