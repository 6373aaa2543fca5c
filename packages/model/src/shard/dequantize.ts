/** A matrix of 4-bit numbers in blocks along its columns, as the operator MatMulNBits lays it out. */
export interface QuantizedMatrix {
  /** `[rows, blocks, blockSize / 2]`, the lower half of a byte first. */
  readonly quantized: Uint8Array;
  /** `[rows, blocks]`. */
  readonly scales: Float32Array;
  /** `[rows, ceil(blocks / 2)]`, the lower half of a byte first; without them every zero is 8. */
  readonly zeroPoints: Uint8Array | null;
  readonly rows: number;
  readonly columns: number;
  readonly blockSize: number;
}

/** Writes `(number - zero) * scale` to `into`, `[rows, columns]`: to the bit what the runtime computes with. */
export function dequantize(matrix: QuantizedMatrix, into: Float32Array): void {
  const { quantized, scales, zeroPoints, rows, columns, blockSize } = matrix;
  const blocks = Math.ceil(columns / blockSize);
  const zeroBytes = Math.ceil(blocks / 2);
  const half = blockSize / 2;
  for (let row = 0; row < rows; row++)
    for (let block = 0; block < blocks; block++) {
      const scale = scales[row * blocks + block] ?? Number.NaN;
      const zeroPair = zeroPoints === null ? 0x88 : (zeroPoints[row * zeroBytes + (block >> 1)] ?? 0);
      const zero = block % 2 === 0 ? zeroPair & 15 : zeroPair >> 4;
      const from = (row * blocks + block) * half;
      const to = row * columns + block * blockSize;
      const width = Math.min(blockSize, columns - block * blockSize);
      for (let i = 0; i < width; i += 2) {
        const pair = quantized[from + (i >> 1)] ?? 0;
        into[to + i] = ((pair & 15) - zero) * scale;
        if (i + 1 < width) into[to + i + 1] = ((pair >> 4) - zero) * scale;
      }
    }
}
