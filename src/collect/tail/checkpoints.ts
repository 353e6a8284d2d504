import { crc32 } from 'node:zlib';
import type { DiskFile } from '../../model/ports.ts';
import { readBefore } from './ending.ts';
import { FINGERPRINT_BYTES, isTelling } from './fingerprint.ts';
import { endOfLines } from './line-reader.ts';

/**
 * What is kept of a content that was read, to know a shorter copy of it by: a copy ends with a line that was read, or
 * lies far behind. Lists of CRC-32s, each of the bytes before a place and of that place; base64, oldest first.
 */
export type Checkpoints = {
  /** Of the last LINES_KEPT ends of lines. */
  readonly lines: string;
  /** Of the last POWERS_KEPT offsets that are a power of two: they reach back to a 256th of what was read. */
  readonly powers: string;
};

export const NO_CHECKPOINTS: Checkpoints = { lines: '', powers: '' };

/** Of the bytes before a place; with as many as a fingerprint has, a file that has less is known by all it is. */
export const CHECKPOINT_BYTES = FINGERPRINT_BYTES;
const LINES_KEPT = 24;
const POWERS_KEPT = 8;
/** Files of one log may begin alike, with a banner; longer than this none is. */
const FIRST_POWER = 4096;
const CRC_BYTES = 4;
const NEWLINE = 0x0a;

/**
 * The checkpoints of a content that was read up to `offset`.
 * @param block the bytes before `offset`: those that were read last and, where there are, CHECKPOINT_BYTES before them
 * @param count how many were read last
 */
export function withCheckpoints(
  { lines, powers }: Checkpoints,
  block: Uint8Array,
  count: number,
  offset: number,
): Checkpoints {
  const begin = offset - block.length;
  const crcBefore = (at: number): number => crcOf(block.subarray(0, at - begin), at);
  return {
    lines: added(
      lines,
      lineEnds(block, count).map((end) => crcBefore(begin + end)),
      LINES_KEPT,
    ),
    powers: added(powers, powersBetween(offset - count, offset).map(crcBefore), POWERS_KEPT),
  };
}

/**
 * Whether a file of `size` bytes is a beginning of a content that was read further. Its last line must be one that was
 * read last, or what stands at its last power of two must be: not further than half of it, and no banner is as long.
 * @throws Failure `disk`
 */
export async function isBeginning(
  file: DiskFile,
  size: number,
  { lines, powers }: Checkpoints,
): Promise<boolean> {
  const power = 2 ** Math.floor(Math.log2(size));
  if (power >= FIRST_POWER && (await holds(powers, file, power))) return true;
  const { offset, skipping } = await endOfLines(file, size);
  return !skipping && hasReadLine(file, offset, { lines });
}

/** Whether a file has at `offset` the end of a line that was read last. @throws Failure `disk` */
export async function hasReadLine(
  file: DiskFile,
  offset: number,
  { lines }: Pick<Checkpoints, 'lines'>,
): Promise<boolean> {
  return isTelling({ length: offset }) && holds(lines, file, offset);
}

async function holds(list: string, file: DiskFile, offset: number): Promise<boolean> {
  const crc = crcOf(await readBefore(file, offset, CHECKPOINT_BYTES), offset);
  const kept = Buffer.from(list, 'base64');
  for (let at = 0; at < kept.length; at += CRC_BYTES) if (kept.readUInt32LE(at) === crc) return true;
  return false;
}

/** Of the last CHECKPOINT_BYTES of `bytes`, which end at `offset`. */
function crcOf(bytes: Uint8Array, offset: number): number {
  return crc32(bytes.subarray(-CHECKPOINT_BYTES), offset % 2 ** 32);
}

/** Where the last lines end among the last `count` bytes, rising. */
function lineEnds(block: Uint8Array, count: number): number[] {
  const ends: number[] = [];
  for (let at = block.length; ends.length < LINES_KEPT && at > 0;) {
    at = block.lastIndexOf(NEWLINE, at - 1);
    if (at < block.length - count) break;
    ends.unshift(at + 1);
  }
  return ends;
}

/** The powers of two above `from`, up to `to`. */
function powersBetween(from: number, to: number): number[] {
  const powers: number[] = [];
  for (let power = FIRST_POWER; power <= to; power *= 2) if (power > from) powers.push(power);
  return powers;
}

/** A list with these at its end, and no more than `limit`. */
function added(list: string, crcs: readonly number[], limit: number): string {
  if (crcs.length === 0) return list;
  const bytes = Buffer.alloc(crcs.length * CRC_BYTES);
  for (const [index, crc] of crcs.entries()) bytes.writeUInt32LE(crc, index * CRC_BYTES);
  return Buffer.concat([Buffer.from(list, 'base64'), bytes])
    .subarray(-limit * CRC_BYTES)
    .toString('base64');
}
