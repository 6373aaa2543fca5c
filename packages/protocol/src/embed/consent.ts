import * as v from "valibot";
import { type TabId, tabIdSchema } from "../ids.ts";
import { type Refusal, refusalSchema } from "../refusal.ts";
import { type SiteKey, siteKeySchema } from "./site.ts";

/** What the frame's page is told with its HTML, as JSON in `<script type="application/json" id="potluck-frame">`. */
export type FrameFacts =
  | {
      readonly status: "ready";
      readonly site: SiteKey;
      /** Of the partner, as registered. */
      readonly name: string;
      /** Whose pages may show the frame; the browser holds every page around it to the same list (`frame-ancestors`). */
      readonly origins: readonly string[];
      /** Good for one consent within an hour. */
      readonly ticket: string;
      /** Weights that a visitor's tab would load now, with the budget of a guest; null while nothing fits. */
      readonly loadBytes: number | null;
      /** Code that runs the model, on its way here: the most that a device with a GPU may need, and what one without needs. */
      readonly runtimeBytes: { readonly gpu: number; readonly cpu: number };
    }
  | Refusal;

const bytesSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

export const frameFactsSchema: v.GenericSchema<unknown, FrameFacts> = v.union([
  v.object({
    status: v.literal("ready"),
    site: siteKeySchema,
    name: v.string(),
    origins: v.array(v.string()),
    ticket: v.pipe(v.string(), v.maxLength(1024)),
    loadBytes: v.nullable(bytesSchema),
    runtimeBytes: v.object({ gpu: bytesSchema, cpu: bytesSchema }),
  }),
  refusalSchema,
]);

/** `POST /api/embed/consent`, sent when a visitor agrees. */
export interface ConsentRequest {
  readonly ticket: string;
  /** Of the page around the frame, as the browser told it to the frame. */
  readonly origin: string;
}

export const consentRequestSchema: v.GenericSchema<unknown, ConsentRequest> = v.object({
  ticket: v.pipe(v.string(), v.maxLength(1024)),
  origin: v.pipe(v.string(), v.maxLength(256)),
});

/** One visitor's word: names site, origin and the one tab that it admits. */
export interface Consent {
  readonly status: "granted";
  /** Goes with every hello of this tab. */
  readonly token: string;
  readonly tab: TabId;
  /** Proves the tab, as after a reconnect; told to nobody else. */
  readonly secret: string;
  /** Ms since 1970, by the coordinator's clock. */
  readonly expiresMs: number;
}

export const consentAnswerSchema: v.GenericSchema<unknown, Consent | Refusal> = v.union([
  v.object({
    status: v.literal("granted"),
    token: v.pipe(v.string(), v.maxLength(1024)),
    tab: tabIdSchema,
    secret: v.pipe(v.string(), v.maxLength(64)),
    expiresMs: v.pipe(v.number(), v.integer()),
  }),
  refusalSchema,
]);

/** `POST /api/embed/withdraw`: the token admits nobody any more. */
export interface Withdrawal {
  readonly token: string;
}

export const withdrawalSchema: v.GenericSchema<unknown, Withdrawal> = v.object({
  token: v.pipe(v.string(), v.maxLength(1024)),
});
