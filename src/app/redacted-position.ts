import type { JsonValue } from '../model/json.ts';

/** A poll's state with `redact` taken to every text in it, keys too; the same value where that changes nothing. */
export function redactedPosition(position: JsonValue, redact: (text: string) => string): JsonValue {
  if (typeof position === 'string') return redact(position);
  if (typeof position !== 'object' || position === null) return position;
  const entries = Object.entries<JsonValue>(position);
  const next = entries.map(([key, value]) => [redact(key), redactedPosition(value, redact)] as const);
  const isSame = next.every(
    ([key, value], index) => key === entries[index]?.[0] && value === entries[index]?.[1],
  );
  if (isSame) return position;
  return Array.isArray(position) ? next.map(([, value]) => value) : Object.fromEntries(next);
}
