export const storeFaults = ["full", "unavailable", "bad-name"] as const;
export type StoreFault = (typeof storeFaults)[number];

/** Something could not be kept, or the place to keep it can't be used. The sentence says what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly fault: StoreFault;
  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }

  /** What to throw for a failure of the platform underneath: quota and disk space are `full`, the rest `unavailable`. */
  static from(error: unknown, label: string): StoreError {
    if (error instanceof StoreError) return error;
    const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
    const isFull = name === "QuotaExceededError" || ["ENOSPC", "EDQUOT", "EFBIG"].includes(String(code));
    return isFull
      ? new StoreError(
          "full",
          `${label} is full. Free disk space, or clear the data of sites that are no longer needed.`,
          {
            cause: error,
          },
        )
      : new StoreError("unavailable", `${label} can't be used (${String(error)}). Allow this site to store data.`, {
          cause: error,
        });
  }
}
