import * as v from "valibot";

/** What two tabs tell each other through the coordinator to connect: the JSON inside {@link RelayUp}'s `data`. */
export type PeerSignal =
  | { readonly type: "offer" | "answer"; readonly sdp: string }
  | { readonly type: "candidate"; readonly candidate: IceCandidate };

/** As RTCIceCandidate takes it. */
export interface IceCandidate {
  readonly candidate: string;
  readonly sdpMid?: string | null | undefined;
  readonly sdpMLineIndex?: number | null | undefined;
}

export const peerSignalSchema: v.GenericSchema<unknown, PeerSignal> = v.variant("type", [
  v.object({ type: v.picklist(["offer", "answer"]), sdp: v.pipe(v.string(), v.minLength(1), v.maxLength(46 * 1024)) }),
  v.object({
    type: v.literal("candidate"),
    candidate: v.object({
      candidate: v.pipe(v.string(), v.maxLength(1024)),
      sdpMid: v.nullish(v.pipe(v.string(), v.maxLength(64))),
      sdpMLineIndex: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64))),
    }),
  }),
]);

/** A stranger's text as a {@link PeerSignal}; null when it is none. */
export function parsePeerSignal(text: string): PeerSignal | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = v.safeParse(peerSignalSchema, json);
  return parsed.success ? parsed.output : null;
}
