import type { DiskFile } from '../../model/ports.ts';
import { hasEnding, type Ending } from './ending.ts';

/** What stood before an offset when it was read up to there. */
export type Checkpoint = { readonly offset: number; readonly ending: Ending };

/** With one checkpoint whenever the file has doubled, these reach back to a 128th of it. */
const KEPT = 8;

/** The checkpoints of a file that was read up to `offset`, which is one when it is twice as far as the last. */
export function withCheckpoint(
  checkpoints: readonly Checkpoint[],
  offset: number,
  ending: Ending,
): readonly Checkpoint[] {
  if (ending.length === 0 || offset < 2 * (checkpoints.at(-1)?.offset ?? 0)) return checkpoints;
  return [...checkpoints, { offset, ending }].slice(-KEPT);
}

/**
 * Whether a file of `size` bytes has the same bytes at the last checkpoint that lies within it; false where none does.
 * @throws Failure `disk`
 */
export async function passesCheckpoint(
  file: DiskFile,
  size: number,
  checkpoints: readonly Checkpoint[],
): Promise<boolean> {
  const last = checkpoints.findLast(({ offset }) => offset <= size);
  return last !== undefined && (await hasEnding(file, last.offset, last.ending));
}
