/**
 * The document id of a fact that several sources may report: FNV-1a, 128 bits, of the parts, as 22 base64url characters.
 * A task event's parts are (tenant, task id, state), so REST, log and OTLP agree.
 * Source: FNV offset basis and prime for 128 bits, draft-eastlake-fnv-17 section 5.
 */
export function eventId(...parts: readonly string[]): string {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(parts.join('\u0000'))) {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  }
  const bytes = new Uint8Array(16);
  for (let i = 15; i >= 0; i--, hash >>= 8n) bytes[i] = Number(hash & 0xffn);
  return Buffer.from(bytes).toString('base64url');
}

const MASK = (1n << 128n) - 1n;
const PRIME = 0x0000000001000000000000000000013bn;
const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
