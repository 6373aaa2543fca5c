/**
 * The rows that a hop has sent, from position 0 (RP3). Grows by doubling up to what the session reserved, so that a short
 * chat costs little and a long one is copied a few times only.
 */
export class RowLog {
  #bytes: Uint8Array = new Uint8Array(0);
  #rowBytes = 0;
  #length = 0;

  /** Rows kept. */
  get length(): number {
    return this.#length;
  }

  /** Appends `count` equal rows; copies them. Throws a RangeError when rows change their size within one log. */
  append(rows: Uint8Array, count: number): void {
    const rowBytes = rows.byteLength / count;
    if (this.#length === 0) this.#rowBytes = rowBytes;
    if (rowBytes !== this.#rowBytes) throw new RangeError(`rows of ${rowBytes} bytes after rows of ${this.#rowBytes}`);
    const needed = (this.#length + count) * rowBytes;
    if (needed > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.byteLength * 2, 64 * rowBytes));
      larger.set(this.#bytes.subarray(0, this.#length * rowBytes));
      this.#bytes = larger;
    }
    this.#bytes.set(rows, this.#length * rowBytes);
    this.#length += count;
  }

  /** A view of the rows from `from` up to `to`, valid until the next append. */
  rows(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from * this.#rowBytes, to * this.#rowBytes);
  }

  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  clear(): void {
    this.#length = 0;
    this.#bytes = new Uint8Array(0);
  }
}
