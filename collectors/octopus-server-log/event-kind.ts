import { bytesOf, startsWith } from '../../src/collect/lines/bytes.ts';
import { BLOCKED_BEGINNINGS } from '../../src/octopus/blocked-message.ts';
import type { EventKind } from './schema.ts';

/** How messages of a known kind begin. Sources: real logs, the rate limiting docs. */
const BEGINNINGS: readonly (readonly [string, EventKind])[] = [
  ['Reader took ', 'sql_slow'],
  ['Request took ', 'slow_request'],
  ['Unhandled exception', 'unhandled_exception'],
  ['There are a high number of transactions active', 'high_transactions'],
  ...BLOCKED_BEGINNINGS.map((text) => [text, 'task_blocked'] as const),
  ['Rate limit policy ', 'rate_limit'],
];

type Beginning = { readonly bytes: Uint8Array; readonly kind: EventKind };

const BY_FIRST_BYTE = new Map<number, Beginning[]>();
for (const [text, kind] of BEGINNINGS) {
  const first = text.charCodeAt(0);
  const others = BY_FIRST_BYTE.get(first) ?? [];
  BY_FIRST_BYTE.set(first, [...others, { bytes: bytesOf(text), kind }]);
}

/** The kind of the message `bytes[at, end)` by how it begins; `other` for one of no known kind. */
export function kindOf(bytes: Uint8Array, at: number, end: number): EventKind {
  for (const beginning of BY_FIRST_BYTE.get(bytes[at] ?? 0) ?? []) {
    if (startsWith(bytes, at, end, beginning.bytes)) return beginning.kind;
  }
  return 'other';
}
