import { crc32 } from 'node:zlib';
import type { DiskFile } from '../../model/ports.ts';
import { readFully } from './read-fully.ts';

/** How many bytes before an offset tell whether a file was read up to there. */
export const ENDING_BYTES = 128;

/** The last `length` bytes that were read of a file, as a CRC-32: two files may begin alike and not go on so. */
export type Ending = { readonly length: number; readonly crc: number };

/** When nothing was read, or a line that is too long is being skipped. */
export const NO_ENDING: Ending = { length: 0, crc: 0 };

/** The ending of what was read. */
export function endingOf(bytes: Uint8Array): Ending {
  const last = bytes.subarray(-ENDING_BYTES);
  return { length: last.length, crc: crc32(last) };
}

/** Whether these bytes stand before `offset`. @throws Failure `disk` */
export async function hasEnding(file: DiskFile, offset: number, { length, crc }: Ending): Promise<boolean> {
  return length === 0 || crc32(await readBefore(file, offset, length)) === crc;
}

/** The `length` bytes before `offset`, or fewer where the file ends or begins. @throws Failure `disk` */
export async function readBefore(file: DiskFile, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.min(length, offset));
  return bytes.subarray(0, await readFully(file, bytes, offset - bytes.length));
}
