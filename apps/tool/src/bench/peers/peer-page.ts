/**
 * The page of a peer: nothing but the library's own way to make text. It is given ids, so that both sides read the same prompt,
 * and tells when each token came.
 */
export const peerPage = `<!doctype html>
<meta charset="utf-8">
<title>peer</title>
<script type="importmap">
{ "imports": { "onnxruntime-web/webgpu": "/runtime/ort.webgpu.bundle.min.mjs", "onnxruntime-common": "/common/index.js" } }
</script>
<script type="module">
  import { AutoModelForCausalLM, Tensor, env } from "/library/transformers.web.js";
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "/models/";
  env.useBrowserCache = false;
  const { wasm } = env.backends.onnx;
  const build = "/runtime/ort-wasm-simd-threaded.asyncify";
  wasm.wasmPaths = { mjs: build + ".mjs", wasm: build + ".wasm" };
  let model = null;
  window.peer = {
    async load({ name, device, dtype, threads }) {
      wasm.numThreads = threads;
      model = await AutoModelForCausalLM.from_pretrained(name, { device, dtype });
      return { isolated: crossOriginIsolated, threads: wasm.numThreads };
    },
    async answer({ ids, tokens, anyLength }) {
      const shape = [1, ids.length];
      const input_ids = new Tensor("int64", BigInt64Array.from(ids, BigInt), shape);
      const attention_mask = new Tensor("int64", new BigInt64Array(ids.length).fill(1n), shape);
      const times = [];
      const answer = [];
      const streamer = {
        put([some]) {
          // The prompt comes first.
          if (some.length > 1 || (times.length === 0 && answer.length === 0 && ids.length === 1)) return;
          times.push(performance.now());
          answer.push(Number(some[0]));
        },
        end() {},
      };
      const start = performance.now();
      const least = anyLength ? {} : { min_new_tokens: tokens };
      await model.generate({ input_ids, attention_mask, max_new_tokens: tokens, do_sample: false, streamer, ...least });
      return { firstTokenMs: times[0] - start, times, ids: answer };
    },
  };
</script>
`;
