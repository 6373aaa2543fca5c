export const loadFaults = ["corrupt", "too-large", "bad-plan", "no-digest"] as const;
export type LoadFault = (typeof loadFaults)[number];

/**
 * Why bytes that could be had can't be used, with file and byte range in the sentence where there are any. What could not
 * be had at all is a SourceError, what could not be kept a StoreError.
 */
export class LoadError extends Error {
  override readonly name = "LoadError";
  readonly fault: LoadFault;
  constructor(fault: LoadFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
