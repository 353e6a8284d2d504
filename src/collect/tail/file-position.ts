import type { JsonObject, JsonValue } from '../../model/json.ts';
import { NO_CHECKPOINTS, type Checkpoints } from './checkpoints.ts';
import { NO_ENDING, type Ending } from './ending.ts';
import type { Fingerprint } from './fingerprint.ts';

/** Which file, and how far it was read. The form in which it is committed with the rows. */
export type FilePosition = {
  /** Stable id of the file's content so far; another one after each truncation. */
  readonly identity: string;
  readonly device: number;
  readonly inode: number;
  /** When the inode was made, ms; 0 where nobody knows. */
  readonly bornMs: number;
  /** How often the inode began anew: truncated, or used again. */
  readonly generation: number;
  readonly fingerprint: Fingerprint;
  /** All bytes before it were read. */
  readonly offset: number;
  /** What stands right before the offset. */
  readonly ending: Ending;
  /** Of what was read: a copy that was made before the last reads is known by them. */
  readonly checkpoints: Checkpoints;
  /** Whether `offset` is within a line that is too long and being skipped. */
  readonly skipping: boolean;
  /** The time of the last line that was read, ms; 0 where nobody knows. */
  readonly lastTime: number;
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
  if (!isNumber(device) || !isNumber(inode) || !isCount(generation)) return undefined;
  if (!isCount(offset) || !isCount(length)) return undefined;
  const bornMs = numberOr0(record['bornMs']);
  const lastTime = numberOr0(record['lastTime']);
  const ending = parseEnding(record['ending']);
  const checkpoints = parseCheckpoints(record['checkpoints']);
  const known = { identity, device, inode, bornMs, generation, offset, path, ending, checkpoints, lastTime };
  return { ...known, fingerprint: { length, hash }, skipping: skipping === true };
}

/** Of what an older version did not write. */
function numberOr0(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** Positions of an older version have none. */
function parseEnding(value: JsonValue | undefined): Ending {
  const { length, crc } = asRecord(value) ?? {};
  return isCount(length) && isCount(crc) ? { length, crc } : NO_ENDING;
}

/** Positions of an older version have others. */
function parseCheckpoints(value: JsonValue | undefined): Checkpoints {
  const { lines, powers } = asRecord(value) ?? {};
  return typeof lines === 'string' && typeof powers === 'string' ? { lines, powers } : NO_CHECKPOINTS;
}

/** Whether an inode was used again since. */
export function isOtherInode({ bornMs }: FilePosition, now: number | undefined): boolean {
  return bornMs > 0 && now !== undefined && now > 0 && bornMs !== now;
}

/** A committed roster read back; undefined for what is none. */
export function parseRoster(value: JsonValue | undefined): Roster | undefined {
  const record = asRecord(value);
  if (record === undefined || !Array.isArray(record['files'])) return undefined;
  return { files: parseAll(record['files']), retired: parseAll(record['retired']) };
}

/**
 * The later of a file's position in the roster and of its own, with the longer fingerprint. Where both are at one
 * offset the roster is: it alone is written when the file turns up under another inode.
 */
export function laterPosition(inRoster: FilePosition, own: FilePosition | undefined): FilePosition {
  if (own === undefined || own.identity !== inRoster.identity) return inRoster;
  const later = own.offset > inRoster.offset ? own : inRoster;
  const longer = own.fingerprint.length > inRoster.fingerprint.length;
  const fingerprint = longer ? own.fingerprint : inRoster.fingerprint;
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

/** Of devices and inodes, which some systems number with more bits than a number holds whole. */
function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
