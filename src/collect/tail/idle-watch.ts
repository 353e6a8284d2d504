import type { Clock, Disk } from '../../model/ports.ts';

/**
 * Waits for logs that rest: until something in their directories changes, where the system tells, else for a time.
 * Logs that grow are better looked at now and then: each of their lines would be told of.
 */
export class IdleWatch {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #directories: readonly string[];
  #stops: (() => void)[] = [];
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(disk: Disk, clock: Clock, directories: Iterable<string>) {
    this.#disk = disk;
    this.#clock = clock;
    this.#directories = [...new Set(directories)];
  }

  /** Begins to watch; false when it did already, or the disk tells nothing. What changed before is not told of. */
  begin(): boolean {
    if (this.#stops.length > 0) return false;
    const changed = (): void => {
      this.#changed = true;
      this.#wake?.();
    };
    this.#changed = false;
    this.#stops = this.#directories.flatMap((directory) => this.#disk.watch?.(directory, changed) ?? []);
    return this.#stops.length > 0;
  }

  /** Resolves after `ms`, or when something changed; whether it did. Rejects when the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    if (this.#changed) this.#wake();
    await this.#clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    this.#wake = undefined;
    signal.throwIfAborted();
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  end(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}
