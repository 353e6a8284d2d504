import { isDeepStrictEqual } from 'node:util';
import type { SpoolFrame } from './spool-frame.ts';

/** Small frames travel together up to this many raw bytes. */
const JOIN_BYTES = 1024 * 1024;
const JOIN_FRAMES = 1000;
/** A frame of so many raw bytes travels as it is: to compress it again costs more than a request. */
const ALONE_BYTES = 256 * 1024;

/** Groups frames that travel together: small ones, while more are there to read. */
export async function* joinFrames(frames: AsyncIterable<SpoolFrame>): AsyncIterable<readonly SpoolFrame[]> {
  let group: SpoolFrame[] = [];
  let bytes = 0;
  for await (const frame of frames) {
    if (group.length > 0 && !fits(frame, group)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(frame);
    bytes += frame.rawLength;
    if (frame.more && !isLarge(frame) && group.length < JOIN_FRAMES && bytes < JOIN_BYTES) continue;
    yield group;
    [group, bytes] = [[], 0];
  }
}

/** What may have been sent before is looked for with its own mark, so only equal marks travel together. */
function fits(frame: SpoolFrame, group: readonly SpoolFrame[]): boolean {
  return !isLarge(frame) && isDeepStrictEqual(frame.since, group[0]?.since);
}

function isLarge({ rawLength }: SpoolFrame): boolean {
  return rawLength >= ALONE_BYTES;
}
