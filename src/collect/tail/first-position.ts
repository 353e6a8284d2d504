import { encodingOf, UTF8_BOM_BYTES } from './byte-order-mark.ts';
import { CHECKPOINT_BYTES, NO_CHECKPOINTS, withCheckpoints } from './checkpoints.ts';
import { endingOf, NO_ENDING, readBefore } from './ending.ts';
import type { FilePosition } from './file-position.ts';
import { fingerprintOf, shortHash } from './fingerprint.ts';
import { endOfLines } from './line-reader.ts';
import type { TailerOptions } from './tail-options.ts';
import type { TailedFile } from './tailed-file.ts';

/**
 * Where to begin with a file that begins with `head`, and its identity from then on; or why not yet.
 * @param wasThereBefore whether it was found at the very first start
 * @throws Failure `disk`
 */
export async function firstPosition(
  { collector, target, readFrom, disk }: TailerOptions,
  file: TailedFile,
  head: Uint8Array,
  wasThereBefore: boolean,
): Promise<FilePosition | 'too-short' | 'utf16'> {
  const encoding = encodingOf(head);
  if (encoding === 'too-short' || encoding === 'utf16') return encoding;
  const fingerprint = fingerprintOf(head);
  const { device, inode, generation } = file;
  const { bornMs = 0 } = file.found.stat;
  const origin = [collector.name, target.tenant, device, inode, bornMs, generation, fingerprint.hash];
  const fromEnd = wasThereBefore && (readFrom !== 'beginning' || !file.found.isLive);
  const handle = fromEnd ? await file.open(disk) : undefined;
  const start =
    handle === undefined
      ? { offset: encoding === 'utf8-bom' ? UTF8_BOM_BYTES : 0, skipping: false }
      : await endOfLines(handle, file.size);
  const before = handle === undefined ? undefined : await readBefore(handle, start.offset, CHECKPOINT_BYTES);
  const identity = shortHash(origin.join('\0'));
  return {
    identity,
    device,
    inode,
    bornMs,
    generation,
    fingerprint,
    ...start,
    ending: before === undefined ? NO_ENDING : endingOf(before),
    checkpoints:
      before === undefined
        ? NO_CHECKPOINTS
        : withCheckpoints(NO_CHECKPOINTS, before, Math.min(1, before.length), start.offset),
    lastTime: 0,
    path: file.found.path,
  };
}
