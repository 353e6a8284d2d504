import { messageOf } from '../model/failure.ts';
import type { Disk, Log } from '../model/ports.ts';
import { readWhole, replaceFile } from './replace-file.ts';
import { segmentName, type Segment } from './segment.ts';

export interface MakeDurableOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
}

/** What a sync says may be a lie: one failure alone is no reason to rely on it. */
const REWRITE_TRIES = 3;

/**
 * Makes the newest segment that has a snapshot durable before anything in it is trusted: a process that was killed may have appended and
 * not synced, or died of a sync that failed, after which the system takes the bytes for written and a second sync says
 * nothing. So it is written anew; where there is no room for that, the sync has to do.
 * The older ones were durable before it began.
 * @returns false when it was only synced
 * @throws Failure `disk` when neither works
 */
export async function makeDurable(options: MakeDurableOptions, { id, path }: Segment): Promise<boolean> {
  const { disk, directory, log } = options;
  for (let tries = 0; tries < REWRITE_TRIES; tries++) {
    try {
      await replaceFile(disk, directory, segmentName(id), await readWhole(disk, path));
      return true;
    } catch (error) {
      log.warn({ segment: path, error: messageOf(error) }, 'spool segment not written anew');
    }
  }
  const file = await disk.open(path, 'append');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return false;
}
