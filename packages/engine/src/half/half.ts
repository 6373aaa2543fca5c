/**
 * IEEE 754 binary16 in bit patterns. Tables instead of Float16Array, which neither Node 20 nor older browsers have;
 * a table of 256 KiB makes widening one look-up a value.
 */

const floatScratch = new Float32Array(1);
const bitScratch = new Uint32Array(floatScratch.buffer);

/** f32 of every f16 pattern. */
const toFloatTable: Float32Array = Float32Array.from({ length: 65536 }, (_, bits) => slowToFloat(bits));

function slowToFloat(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** f32 of one f16 pattern. */
export function halfToFloat(bits: number): number {
  return toFloatTable[bits & 0xffff] as number;
}

/** The f16 pattern nearest to `value`, ties to even; what is too large becomes infinity; NaN becomes the quiet NaN. */
export function floatToHalf(value: number): number {
  floatScratch[0] = value;
  return halfOfBits(bitScratch[0] as number);
}

function halfOfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent, drop 13 bits; a carry into the exponent is what rounding up means.
    const rebased = magnitude - 0x38000000;
    return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
  }
  // 2^-25 is the tie between nothing and the smallest subnormal, and goes to even.
  if (magnitude <= 0x33000000) return sign;
  const shift = 126 - (magnitude >>> 23);
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const half = 1 << (shift - 1);
  const kept = significand >>> shift;
  const rest = significand & ((1 << shift) - 1);
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}

/** New f32 values of f16 patterns. */
export function widen(half: Uint16Array): Float32Array {
  const floats = new Float32Array(half.length);
  for (let i = 0; i < half.length; i++) floats[i] = toFloatTable[half[i] as number] as number;
  return floats;
}

/** New f16 patterns of f32 values, rounded to nearest, ties to even. */
export function narrow(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const half = new Uint16Array(floats.length);
  for (let i = 0; i < half.length; i++) half[i] = halfOfBits(bits[i] as number);
  return half;
}

/** The same bytes seen as 16-bit patterns. */
export function bitsOf(view: ArrayBufferView): Uint16Array {
  return new Uint16Array(view.buffer, view.byteOffset, view.byteLength / 2);
}
