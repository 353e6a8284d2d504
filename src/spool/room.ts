import { Failure } from '../model/failure.ts';
import type { Batch, Log } from '../model/ports.ts';
import { WakeUps } from './wake-ups.ts';

export interface RoomOptions {
  readonly log: Log;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** Keeps writers out of a full spool: the policy `block`. */
export class Room {
  readonly #options: RoomOptions;
  readonly #usedBytes: () => number;
  readonly #changed = new WakeUps();
  #closed = false;
  #told = false;

  constructor(options: RoomOptions, usedBytes: () => number) {
    this.#options = options;
    this.#usedBytes = usedBytes;
  }

  /**
   * Waits until there is room for what was read from a file, which keeps the rest. False at once for what was polled:
   * rules must not wait for the store.
   * @throws Failure `aborted` at shutdown
   */
  async admits(batch: Batch): Promise<boolean> {
    for (; this.#isFull(); await this.#changed.wait(this.#options.signal)) {
      this.#tell();
      if (!canWait(batch)) return false;
      this.#throwIfStopped();
    }
    this.#told = false;
    return true;
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

  #isFull(): boolean {
    return this.#usedBytes() >= this.#options.maxBytes;
  }

  #tell(): void {
    const { log, maxBytes } = this.#options;
    if (!this.#told)
      log.warn({ maxBytes, pendingBytes: this.#usedBytes() }, 'spool full: reading waits for the store');
    this.#told = true;
  }

  #throwIfStopped(): void {
    if (!this.#closed && this.#options.signal?.aborted !== true) return;
    throw new Failure('aborted', 'the spool is full and octowatch stops');
  }
}

/** A file keeps what was not read yet, and a batch without rows takes no room to speak of. */
function canWait({ columns, idPrefix }: Batch): boolean {
  return idPrefix !== undefined || columns.rows === 0;
}
