import { GoDuration } from '../../template/go-duration.ts';
import { GoTime } from '../../template/go-time.ts';
import { SafeText } from '../../template/safe-text.ts';
import { isMap, type TemplateValue } from '../../template/value.ts';
import { AlertData, NotificationData } from './notification-data.ts';

/** A value as Go's encoding/json writes it: keys of maps in order, what could end a script escaped. @throws Error */
export function toGoJson(value: TemplateValue): string {
  return JSON.stringify(plain(value)).replace(/[<>&\u2028\u2029]/g, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What JSON.stringify writes the same way. */
function plain(value: TemplateValue): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'function') throw new Error('a function has no JSON');
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} has no JSON`);
  if (typeof value !== 'object') return value;
  if (value instanceof SafeText) return value.text;
  if (value instanceof GoTime) return value.toJSON();
  if (value instanceof GoDuration) return Number(value.nanoseconds);
  if (Array.isArray(value)) return Array.from(value, plain);
  const json = value instanceof AlertData || value instanceof NotificationData ? value.toJSON() : value;
  const entries = Object.entries(json ?? {});
  if (json === value && isMap(value)) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}
