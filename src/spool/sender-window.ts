import { isSettled, type FrameTally } from './parcel.ts';
import type { SpoolFrame } from './spool-frame.ts';
import type { Spool } from './spool.ts';
import { WakeUps } from './wake-ups.ts';

/** Frames under way may take so many bytes, packed and unpacked together: a parcel is unpacked to pick from it. */
const WINDOW_BYTES = 32 * 1024 * 1024;

/** The frames between the first that is not settled and the last that was read: acknowledged in their order. */
export class SenderWindow {
  readonly #spool: Pick<Spool, 'acknowledge'>;
  readonly #maxBytes: number;
  readonly #changed = new WakeUps();
  #open: FrameTally[] = [];
  #bytes = 0;
  #isAcknowledging = false;

  constructor(spool: Pick<Spool, 'acknowledge'>, maxBytes = WINDOW_BYTES) {
    this.#spool = spool;
    this.#maxBytes = maxBytes;
  }

  /** Resolves when more frames may be read, or when the signal is aborted. */
  async room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#bytes >= this.#maxBytes) await this.#changed.wait(signal);
  }

  /** Takes frames in. */
  add(frames: readonly SpoolFrame[]): FrameTally[] {
    const tallies = frames.map((frame) => ({ frame, delivered: 0, deadLettered: 0 }));
    this.#open.push(...tallies);
    for (const frame of frames) this.#bytes += bytesOf(frame);
    return tallies;
  }

  /** Acknowledges what is settled with nothing open before it. One write for all that became settled meanwhile. */
  async acknowledge(): Promise<void> {
    if (this.#isAcknowledging) return;
    this.#isAcknowledging = true;
    try {
      for (let done = this.#takeSettled(); done.length > 0; done = this.#takeSettled()) {
        await this.#spool.acknowledge(done.map(({ frame, ...settled }) => ({ frame, settled })));
        for (const { frame } of done) this.#bytes -= bytesOf(frame);
        this.#changed.wake();
      }
    } finally {
      this.#isAcknowledging = false;
    }
  }

  #takeSettled(): FrameTally[] {
    const first = this.#open.findIndex((tally) => !isSettled(tally));
    return this.#open.splice(0, first < 0 ? this.#open.length : first);
  }
}

function bytesOf({ body, rawLength }: SpoolFrame): number {
  return body.length + rawLength;
}
