import * as ort from "onnxruntime-web";
import { wasmBackend } from "../backend/wasm.ts";
import {
  computeKnownAnswers,
  type KnownAnswersRequest,
  type KnownAnswersResult,
} from "../runner/compute-known-answers.ts";

/** The known answers of an export, computed on this machine's CPU. For `buildManifest`. */
export function knownAnswersInNode(request: Omit<KnownAnswersRequest, "backend">): Promise<KnownAnswersResult> {
  ort.env.wasm.numThreads = 1;
  // With the weights as they are published: expanded ones would round otherwise.
  const backend = wasmBackend(ort, { now: () => performance.now(), expandBytes: 0 });
  return computeKnownAnswers({ ...request, backend });
}
