import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../model/ports.ts';

/** The longest timer of the machine: a longer one would end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      let left = ms;
      do {
        await delay(Math.min(left, LONGEST_MS), undefined, signal === undefined ? {} : { signal });
        left -= LONGEST_MS;
      } while (left > 0);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
