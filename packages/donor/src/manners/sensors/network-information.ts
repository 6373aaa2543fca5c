/** `navigator.connection`, as far as a browser has it: what each browser fills in differs. */
export interface NetworkInformation extends Pick<EventTarget, "addEventListener"> {
  readonly saveData?: boolean;
  readonly effectiveType?: string;
  /** Mbit/s. */
  readonly downlink?: number;
}

const slowTypes: ReadonlySet<string> = new Set(["slow-2g", "2g", "3g"]);
/** Well under what Chromium tells while it has measured nothing: 1.5, give or take a tenth on purpose. */
const slowMbits = 1;

/** Whether the browser takes its network for a slow one (DN47); null when it tells nothing that says so. */
export function isSlow({ effectiveType, downlink }: NetworkInformation): boolean | null {
  if (effectiveType === undefined && downlink === undefined) return null;
  return (
    (effectiveType !== undefined && slowTypes.has(effectiveType)) || (downlink !== undefined && downlink < slowMbits)
  );
}
