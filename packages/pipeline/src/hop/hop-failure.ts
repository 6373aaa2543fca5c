import { EngineError } from "@potluck/engine";
import type { FailureReason } from "@potluck/protocol";

/** A frame that was let in and yet can't be right. */
export class HopFault extends Error {
  override readonly name = "HopFault";
  readonly reason: FailureReason;
  constructor(reason: FailureReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** What the asker is told when a step throws. */
export function failureOf(error: unknown): { readonly reason: FailureReason; readonly detail: string } {
  if (error instanceof HopFault) return { reason: error.reason, detail: error.message };
  if (!(error instanceof EngineError)) return { reason: "engine-error", detail: String(error).slice(0, 400) };
  const detail = error.message.slice(0, 400);
  switch (error.fault) {
    case "device-lost":
    case "worker-crashed":
      return { reason: "device-lost", detail };
    case "out-of-memory":
    case "not-a-number":
    case "context-full":
      return { reason: error.fault, detail };
    case "position":
      return { reason: "bad-frame", detail };
    case "unknown-session":
      return { reason: "kv-missing", detail };
    case "closed":
      return { reason: "hop-left", detail };
    case "no-webgpu":
    case "no-f16":
    case "known-answer":
    case "weights":
    case "weights-unreachable":
    case "storage-full":
    case "internal":
      return { reason: "engine-error", detail };
    default:
      return error.fault satisfies never;
  }
}
