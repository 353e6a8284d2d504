// Like the stale marker, a quiet NaN with a payload of our own.
const GAP_HIGH = 0x7ff8_0000;
const GAP_LOW = 0x0c70_0003;

/** Writes at `index` that the series has no sample at this tick of its block, and was not found missing either. */
export function setGap(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[0] = GAP_LOW;
  words[1] = GAP_HIGH;
}

/** Whether the slot at `index` holds no sample. */
export function isGap(values: Float64Array, index: number): boolean {
  const value = values[index];
  if (value === undefined || value === value) return false;
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  return words[0] === GAP_LOW && words[1] === GAP_HIGH;
}
