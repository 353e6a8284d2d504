import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Fingerprint } from './fingerprint.ts';

/** Which file, and how far it was read. The form in which it is committed with the rows. */
export type FilePosition = {
  /** Stable id of the file's content so far; another one after each truncation. */
  readonly identity: string;
  readonly device: number;
  readonly inode: number;
  /** How often the inode began anew: truncated, or used again. */
  readonly generation: number;
  readonly fingerprint: Fingerprint;
  /** All bytes before it were read. */
  readonly offset: number;
  /** Whether `offset` is within a line that is too long and being skipped. */
  readonly skipping: boolean;
  /** Where it was seen last; for people. */
  readonly path: string;
};

/** The files of one collector and target: those there are, and those that went or were truncated of late. */
export type Roster = { readonly files: readonly FilePosition[]; readonly retired: readonly FilePosition[] };

/** A committed position read back; undefined for what is none. */
export function parsePosition(value: JsonValue | undefined): FilePosition | undefined {
  const record = asRecord(value);
  const fingerprint = asRecord(record?.['fingerprint']);
  if (record === undefined || fingerprint === undefined) return undefined;
  const { identity, device, inode, generation, offset, skipping, path } = record;
  const { length, hash } = fingerprint;
  if (typeof identity !== 'string' || typeof path !== 'string' || typeof hash !== 'string') return undefined;
  if (!isCount(device) || !isCount(inode) || !isCount(generation)) return undefined;
  if (!isCount(offset) || !isCount(length)) return undefined;
  const known = { identity, device, inode, generation, offset, path };
  return { ...known, fingerprint: { length, hash }, skipping: skipping === true };
}

/** A committed roster read back; undefined for what is none. */
export function parseRoster(value: JsonValue | undefined): Roster | undefined {
  const record = asRecord(value);
  if (record === undefined || !Array.isArray(record['files'])) return undefined;
  return { files: parseAll(record['files']), retired: parseAll(record['retired']) };
}

/** The later of two positions of one file, with the longer fingerprint. */
export function laterPosition(a: FilePosition, b: FilePosition | undefined): FilePosition {
  if (b === undefined || b.identity !== a.identity) return a;
  const later = b.offset >= a.offset ? b : a;
  const fingerprint = b.fingerprint.length > a.fingerprint.length ? b.fingerprint : a.fingerprint;
  return { ...later, fingerprint };
}

function parseAll(value: JsonValue | undefined): FilePosition[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => parsePosition(item)).filter((position) => position !== undefined);
}

function asRecord(value: JsonValue | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
