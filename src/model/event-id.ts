import type { SymbolTable } from './symbols.ts';

const encoder = new TextEncoder();
const ALPHABET = encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const BETWEEN = Uint8Array.of(0);
const LENGTH = 22;
const LOW = 0xffff;
/** 0x6c62272e07bb014262b821756295c58d, the lowest 16 bits first. */
const OFFSET = Uint16Array.of(0xc58d, 0x6295, 0x2175, 0x62b8, 0x0142, 0x07bb, 0x272e, 0x6c62);

/**
 * The document id of a fact that several sources may report: FNV-1a, 128 bits, of the parts, as 22 base64url characters.
 * A task event's parts are (tenant, task id, state), so REST, log and OTLP agree.
 * Source: FNV offset basis and prime for 128 bits, draft-eastlake-fnv-17 section 5.
 */
export function eventId(...parts: readonly string[]): string {
  const state = Uint16Array.from(OFFSET);
  const bytes = encoder.encode(parts.join('\u0000'));
  hash(state, bytes, 0, bytes.length);
  return String.fromCharCode(...charactersOf(state, new Uint8Array(LENGTH)));
}

/** Event ids of three parts, the first always the same, without strings: for many rows. */
export class EventIds {
  readonly #begun = Uint16Array.from(OFFSET);
  readonly #state = new Uint16Array(OFFSET.length);
  readonly #characters = new Uint8Array(LENGTH);

  constructor(first: string) {
    const bytes = encoder.encode(first);
    hash(this.#begun, bytes, 0, bytes.length);
    hash(this.#begun, BETWEEN, 0, 1);
  }

  /** The symbol of `eventId(first, bytes[start, end), last)`. */
  intern(symbols: SymbolTable, bytes: Uint8Array, start: number, end: number, last: Uint8Array): number {
    this.#state.set(this.#begun);
    hash(this.#state, bytes, start, end);
    hash(this.#state, BETWEEN, 0, 1);
    hash(this.#state, last, 0, last.length);
    return symbols.internBytes(charactersOf(this.#state, this.#characters), 0, LENGTH);
  }
}

/** FNV-1a in words of 16 bits: the prime is 2^88 + 0x13b, and no product needs more than 31 bits. */
function hash(state: Uint16Array, bytes: Uint8Array, start: number, end: number): void {
  let [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0, h6 = 0, h7 = 0] = state;
  for (let i = start; i < end; i++) {
    h0 ^= bytes[i] ?? 0;
    const a = h0;
    const b = h1;
    const c = h2;
    h0 *= 0x13b;
    h1 = h1 * 0x13b + (h0 >>> 16);
    h2 = h2 * 0x13b + (h1 >>> 16);
    h3 = h3 * 0x13b + (h2 >>> 16);
    h4 = h4 * 0x13b + (h3 >>> 16);
    h5 = h5 * 0x13b + (h4 >>> 16) + ((a << 8) & LOW);
    h6 = h6 * 0x13b + (h5 >>> 16) + ((b << 8) & LOW) + (a >>> 8);
    h7 = h7 * 0x13b + (h6 >>> 16) + ((c << 8) & LOW) + (b >>> 8);
    h0 &= LOW;
    h1 &= LOW;
    h2 &= LOW;
    h3 &= LOW;
    h4 &= LOW;
    h5 &= LOW;
    h6 &= LOW;
    h7 &= LOW;
  }
  state[0] = h0;
  state[1] = h1;
  state[2] = h2;
  state[3] = h3;
  state[4] = h4;
  state[5] = h5;
  state[6] = h6;
  state[7] = h7;
}

/** 128 bits as base64url without padding, the highest first. */
function charactersOf(state: Uint16Array, into: Uint8Array): Uint8Array {
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let word = state.length - 1; word >= 0; word--) {
    held = ((held << 16) | (state[word] ?? 0)) & 0x3f_ffff;
    for (bits += 16; bits >= 6; bits -= 6) into[at++] = ALPHABET[(held >>> (bits - 6)) & 0x3f] ?? 0;
  }
  into[at] = ALPHABET[(held << (6 - bits)) & 0x3f] ?? 0;
  return into;
}
