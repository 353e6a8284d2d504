import { Failure } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
import { WakeUps } from './wake-ups.ts';

export interface RoomOptions {
  readonly log: Log;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** What a spool's files take, as far as it counts against the limit. */
export interface Use {
  readonly usedBytes: number;
  /** Of those: bytes that will go when the store takes them. */
  readonly pendingBytes: number;
}

/** Keeps writers out of a full spool: the policy `block`. */
export class Room {
  readonly #options: RoomOptions;
  readonly #use: Use;
  readonly #changed = new WakeUps();
  #reserved = 0;
  #closed = false;
  #told = false;

  constructor(options: RoomOptions, use: Use) {
    this.#options = options;
    this.#use = use;
  }

  /**
   * Reserves room for so many bytes, waiting until there is some if the writer can; false when it cannot.
   * @throws Failure `aborted` at shutdown
   */
  async reserve(bytes: number, canWait: boolean): Promise<boolean> {
    for (; !this.fits(bytes); await this.#changed.wait(this.#options.signal)) {
      this.#tell();
      if (!canWait) return false;
      this.#throwIfStopped();
    }
    this.#told = false;
    this.#reserved += bytes;
    return true;
  }

  /** Gives back what was reserved: it is written, or will not be. */
  release(bytes: number): void {
    this.#reserved -= bytes;
    this.#changed.wake();
  }

  /** Lets waiting writers look again. */
  wake(): void {
    this.#changed.wake();
  }

  /** Sends waiting writers away. */
  close(): void {
    this.#closed = true;
    this.#changed.wake();
  }

  /** Whether so many bytes have room. Anything fits into a spool that holds nothing: it would never fit otherwise. */
  fits(bytes: number): boolean {
    const { usedBytes, pendingBytes } = this.#use;
    if (pendingBytes + this.#reserved === 0) return true;
    return usedBytes + this.#reserved + bytes <= this.#options.maxBytes;
  }

  #tell(): void {
    const { log, maxBytes } = this.#options;
    if (!this.#told)
      log.warn({ maxBytes, pendingBytes: this.#use.pendingBytes }, 'spool full: reading waits for the store');
    this.#told = true;
  }

  #throwIfStopped(): void {
    if (!this.#closed && this.#options.signal?.aborted !== true) return;
    throw new Failure('aborted', 'the spool is full and octowatch stops');
  }
}
