/** The copy of 4-bit weights, expanded to f32, that a shard on the CPU keeps beside the weights themselves. */
export const expandedCopy = {
  /** How many times as large as the weights, at most. */
  times: 8,
  /** Of one shard. What goes beyond stays as published. Ten times what the demo model needs, and a tenth of a 32-bit heap (384 MiB). */
  mostBytes: 402_653_184,
} as const;
