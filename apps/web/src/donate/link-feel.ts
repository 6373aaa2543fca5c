/** How a round trip of so many ms feels to an answer, which makes one for each token and hop. */
export type LinkFeel = "quick" | "fair" | "slow" | "far";

export function linkFeel(ms: number): LinkFeel {
  if (ms < 20) return "quick";
  if (ms < 80) return "fair";
  return ms < 200 ? "slow" : "far";
}
