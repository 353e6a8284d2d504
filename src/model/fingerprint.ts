import { sortedNames, type Labels } from './labels.ts';

const encoder = new TextEncoder();
const LOW = 0xffff;
const SEPARATOR = 255;
/** 14695981039346656037, the lowest 16 bits first. */
const OFFSET = [0x2325, 0x8422, 0x9ce4, 0xcbf2] as const;

/**
 * What Alertmanager calls an alert's fingerprint: FNV-1a, 64 bits, over the sorted labels, as 16 hexadecimal digits.
 * Source: prometheus/common `model.LabelSet.Fingerprint` (each name and each value is followed by the byte 255).
 */
export function fingerprintOf(labels: Labels): string {
  const state = Uint16Array.from(OFFSET);
  for (const name of sortedNames(labels)) {
    add(state, encoder.encode(name));
    add(state, encoder.encode(labels[name]));
  }
  return Array.from(state, (word) => word.toString(16).padStart(4, '0'))
    .toReversed()
    .join('');
}

/** The prime is 2^40 + 0x1b3, so no product of a word of 16 bits needs more than 25. */
function add(state: Uint16Array, bytes: Uint8Array): void {
  let [h0 = 0, h1 = 0, h2 = 0, h3 = 0] = state;
  for (let i = 0; i <= bytes.length; i++) {
    h0 ^= bytes[i] ?? SEPARATOR;
    const [a, b] = [h0, h1];
    h0 *= 0x1b3;
    h1 = h1 * 0x1b3 + (h0 >>> 16);
    h2 = h2 * 0x1b3 + (h1 >>> 16) + ((a << 8) & LOW);
    h3 = h3 * 0x1b3 + (h2 >>> 16) + (b << 8) + (a >>> 8);
    h0 &= LOW;
    h1 &= LOW;
    h2 &= LOW;
    h3 &= LOW;
  }
  state.set([h0, h1, h2, h3]);
}
