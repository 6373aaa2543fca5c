/** Whether branch or turn `a` is a later one than `b`, both told modulo 65,536. */
export function isLater(a: number, b: number): boolean {
  const ahead = (a - b) & 0xffff;
  return ahead > 0 && ahead < 0x8000;
}
