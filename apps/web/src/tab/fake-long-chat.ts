import type { AskEvent } from "@potluck/donor";
import { fakeStats, type FakeScript, type FakeStep } from "./fake-tab.ts";

const section = (n: number): string => `## Part ${n}: what a layer does

A layer reads the **residual stream**, adds what its *attention* found, then what its feed-forward net made of it. With ${n} layers
that is $x_{i+1} = x_i + f_i(x_i)$ each time, see [the paper](https://example.org/${n}).

1. Normalise, so that \`rms(x)\` is 1.
2. Attend:
   - queries, keys and values
   - a softmax of $\\frac{q k^T}{\\sqrt{d}}$
3. Add it up, **carefully**.

| step | reads | writes | bytes |
|---|---|:-:|--:|
| attention | keys, values | residual | ${n * 4096} |
| feed-forward | weights | residual | ${n * 16_384} |

\`\`\`ts
/** One step of layer ${n}. */
export function step(x: Float32Array, layer: Layer): Float32Array {
  const attended = layer.attend(normalise(x), { position: ${n}, cached: true });
  for (let i = 0; i < x.length; i++) x[i] += attended[i] ?? 0;
  return layer.feedForward(x); // the rest is the next layer's
}
\`\`\`

> What is finished is not rendered again.

$$
\\sum_{i=1}^{${n}} i = \\frac{${n}(${n} + 1)}{2}
$$

`;

const sections = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => section(from + i)).join("");

/** Of 250 tokens each, at four characters a token. */
const sectionsAtOnce = 4;
/** Messages before the question that gets a slow answer: four questions with their answers, the 4,000 tokens of rule WB46. */
const messagesBefore = 8;
const msPerToken = 20;

/** Tells the time by what is due, so that late timers do not add up. */
function pacing(): (ms: number) => Promise<void> {
  let due = 0;
  return (ms) => {
    const now = performance.now();
    due = Math.max(due, now - 5 * msPerToken) + ms;
    return new Promise((resolve) => setTimeout(resolve, Math.max(0, due - now)));
  };
}

/**
 * Four answers that come at once, together 4,000 tokens; from the fifth question on 50 tokens/s for ten seconds. For
 * `npm run bench -- --only page`. `steps` cuts a text into tokens.
 */
export function longChat(
  steps: (text: string, afterMs: number) => readonly FakeStep<AskEvent>[],
): Pick<FakeScript, "answer" | "pause"> {
  const done: FakeStep<AskEvent> = { event: { kind: "done", end: "stop-token", stats: fakeStats } };
  return {
    pause: pacing(),
    answer: ({ messages }) => {
      if (messages.length > messagesBefore) return [...steps(sections(40, 44), msPerToken).slice(0, 500), done];
      const text = sections(messages.length, messages.length + sectionsAtOnce);
      return [{ event: { kind: "text", text, answerTokens: Math.round(text.length / 4), id: 0 } }, done];
    },
  };
}
