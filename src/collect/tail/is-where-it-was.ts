import type { DiskFile } from '../../model/ports.ts';
import { hasEnding } from './ending.ts';
import type { FilePosition } from './file-position.ts';
import { hasFingerprint } from './fingerprint.ts';
import { readFully } from './read-fully.ts';

/** Whether an open file still holds what was read of it: it may have been truncated and filled again. @throws Failure `disk` */
export async function isWhereItWas(file: DiskFile, position: FilePosition): Promise<boolean> {
  const { offset, ending, fingerprint } = position;
  if (ending.length > 0) return hasEnding(file, offset, ending);
  const head = new Uint8Array(fingerprint.length);
  return hasFingerprint(head.subarray(0, await readFully(file, head, 0)), fingerprint);
}
