import { humanDuration } from '../model/duration.ts';

/** How often a line is written, ms. */
const EVERY_MS = 5000;

/** Tells how far something is that takes long. */
export type Progress = (share: number, detail?: string) => void;

/**
 * Lines such as `evaluating: 40 %, 2m 5s left`, one every few seconds and none for what is over before.
 * @param elapsed ms from any beginning, that only grow
 */
export function createProgress(what: string, write: (line: string) => void, elapsed: () => number): Progress {
  const began = elapsed();
  let told = began;
  return (share, detail) => {
    const now = elapsed();
    if (now - told < EVERY_MS || share <= 0 || share >= 1) return;
    told = now;
    const left = ((now - began) * (1 - share)) / share;
    const more = detail === undefined ? '' : `, ${detail}`;
    write(`${what}: ${Math.floor(share * 100)} %, ${humanDuration(left)} left${more}`);
  };
}
