import { fetchManifest, loadSideFile, type Manifest, modelSources } from "@potluck/model";
import { browserPieceStore } from "@potluck/model/browser";
import { TextError } from "@potluck/text";
import { openTextModel } from "@potluck/text/browser";
import type { ModelId } from "@potluck/protocol";
import type { TabText, Texts } from "../asking/texts.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";

/** Tokenizers in workers, one a model, kept for the life of the page. */
export function createBrowserTexts(manifestUrl: (modelId: ModelId) => string): Texts {
  const opened = new Map<ModelId, Promise<TabText>>();

  const begin = (modelId: ModelId): Promise<TabText> => {
    const forget = (): boolean => opened.delete(modelId);
    const text = load(manifestUrl(modelId), forget);
    opened.set(modelId, text);
    text.catch(forget);
    return text;
  };

  return {
    async open(modelId, signal) {
      signal.throwIfAborted();
      // Whoever stops waiting does not stop the load: the next message needs it too.
      return await (opened.get(modelId) ?? begin(modelId));
    },
  };
}

/** `onGone` is called when the tokenizer's worker has died and must be opened anew. */
async function load(url: string, onGone: () => void): Promise<TabText> {
  try {
    const store = await browserPieceStore();
    const manifest = await fetchManifest(url, { store });
    const base = new URL(manifest.source.base, url).href;
    const source = modelSources(url, manifest).files;
    const byUrl = new Map(manifest.tokenizer.map((file) => [new URL(file.path, base).href, file]));
    const model = await openTextModel({
      base,
      files: manifest.tokenizer,
      // Kept with the weights, so that a model that is here answers offline (DN8).
      async fetch(fileUrl, { signal }) {
        const file = byUrl.get(fileUrl);
        if (file === undefined) return new Response(null, { status: 404 });
        return new Response(new Uint8Array(await loadSideFile(file, { source, store, signal })));
      },
    });
    void model.gone.then(onGone);
    return tabText(manifest, model);
  } catch (error) {
    if (error instanceof TextError && error.fault !== "unreachable" && error.fault !== "corrupt") throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError(problems.weightsUnreachable(detail), { cause: error });
  }
}

function tabText(manifest: Manifest, model: Awaited<ReturnType<typeof openTextModel>>): TabText {
  const { architecture } = manifest;
  return {
    encodeChat: (messages) => model.encodeChat(messages, { addGenerationPrompt: true }),
    stopTokens: [...new Set([...architecture.stopTokens, ...model.stopTokens])],
    maxPositions: architecture.maxPositions,
    layerCount: architecture.layerCount,
    vocabSize: architecture.vocabSize,
    frameDtype: architecture.activation,
    async stream() {
      const id = await model.createStream();
      return { push: (token) => model.push(id, [token]), finish: () => model.finish(id) };
    },
  };
}
