const encoder = new TextEncoder();
const LOW = 0xffff;
let scratch = new Uint8Array(1024);
const id = Buffer.alloc(16);

/**
 * The document id of a fact that several sources may report: FNV-1a, 128 bits, of the parts, as 22 base64url characters.
 * A task event's parts are (tenant, task id, state), so REST, log and OTLP agree.
 * Source: FNV offset basis and prime for 128 bits, draft-eastlake-fnv-17 section 5.
 */
export function eventId(...parts: readonly string[]): string {
  const text = parts.join('\u0000');
  if (text.length * 3 > scratch.length) scratch = new Uint8Array(text.length * 3);
  hash(scratch, encoder.encodeInto(text, scratch).written);
  return id.toString('base64url');
}

/** FNV-1a in eight words of 16 bits: the prime is 2^88 + 0x13b, and no product needs more than 31 bits. */
function hash(bytes: Uint8Array, length: number): void {
  let [h0, h1, h2, h3] = [0xc58d, 0x6295, 0x2175, 0x62b8];
  let [h4, h5, h6, h7] = [0x0142, 0x07bb, 0x272e, 0x6c62];
  for (let i = 0; i < length; i++) {
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
  put(0, h7, h6);
  put(4, h5, h4);
  put(8, h3, h2);
  put(12, h1, h0);
}

function put(at: number, high: number, low: number): void {
  id[at] = high >>> 8;
  id[at + 1] = high;
  id[at + 2] = low >>> 8;
  id[at + 3] = low;
}
