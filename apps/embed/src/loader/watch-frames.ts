/** What the watch needs of a window. */
export interface View {
  readonly document: Pick<Document, "hidden" | "addEventListener" | "removeEventListener">;
  requestAnimationFrame(drawn: (nowMs: number) => void): number;
  cancelAnimationFrame(handle: number): void;
  setTimeout(done: () => void, afterMs: number): number;
  clearTimeout(handle: number): void;
}

const lookMs = 1000;
const restMs = 3000;
/** Three frames missed at 60 Hz: what a person sees as a stutter. */
const lateMs = 50;
const bearableShare = 0.3;

/**
 * Looks at the page's frames for one second in four and tells whether they come late: at first, and whenever that changes. A
 * second in which the page was hidden says nothing. Returns what ends the watch.
 */
export function watchFrames(view: View, tell: (suffers: boolean) => void): () => void {
  let told: boolean | null = null;
  let request = 0;
  let timer = 0;
  let wasHidden = false;
  const noteHidden = (): void => {
    wasHidden = true;
  };

  const look = (): void => {
    let startMs = -1;
    let previousMs = 0;
    let spentLateMs = 0;
    wasHidden = view.document.hidden;
    const drawn = (nowMs: number): void => {
      if (startMs < 0) startMs = nowMs;
      else if (nowMs - previousMs > lateMs) spentLateMs += nowMs - previousMs;
      previousMs = nowMs;
      const tookMs = nowMs - startMs;
      if (tookMs < lookMs && !wasHidden) {
        request = view.requestAnimationFrame(drawn);
        return;
      }
      timer = view.setTimeout(look, restMs);
      const suffers = spentLateMs > bearableShare * tookMs;
      if (wasHidden || suffers === told) return;
      told = suffers;
      tell(suffers);
    };
    request = view.requestAnimationFrame(drawn);
  };

  view.document.addEventListener("visibilitychange", noteHidden);
  look();
  return () => {
    view.document.removeEventListener("visibilitychange", noteHidden);
    view.cancelAnimationFrame(request);
    view.clearTimeout(timer);
  };
}
