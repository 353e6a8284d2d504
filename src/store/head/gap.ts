import { setStale } from '../../model/series.ts';

// Like the stale marker, a quiet NaN with a payload of our own. A slot's words: the low one first.
const GAP_LOW = 0x0c70_0003;
const [STALE_LOW = 0, HIGH = 0] = staleWords();

/** Writes that the series has no sample at this tick of its block, and was not found missing either. */
export function writeGap(words: Uint32Array, slot: number): void {
  words[slot * 2] = GAP_LOW;
  words[slot * 2 + 1] = HIGH;
}

/** Writes the stale marker. */
export function writeStale(words: Uint32Array, slot: number): void {
  words[slot * 2] = STALE_LOW;
  words[slot * 2 + 1] = HIGH;
}

/** Whether the slot holds no value. */
export function isMarked(words: Uint32Array, slot: number): boolean {
  const low = words[slot * 2];
  return (low === GAP_LOW || low === STALE_LOW) && words[slot * 2 + 1] === HIGH;
}

/** Whether the slot holds the stale marker. */
export function isMarkedStale(words: Uint32Array, slot: number): boolean {
  return words[slot * 2] === STALE_LOW && words[slot * 2 + 1] === HIGH;
}

function staleWords(): Uint32Array {
  const values = new Float64Array(1);
  setStale(values, 0);
  return new Uint32Array(values.buffer);
}
