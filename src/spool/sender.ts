import { Failure, messageOf, toFailure } from '../model/failure.ts';
import { Concurrency } from './concurrency.ts';
import { Deliverer, type DeliverOptions } from './deliver.ts';
import { joinFrames } from './join-frames.ts';
import { Parcel } from './parcel.ts';
import { SenderWindow } from './sender-window.ts';
import type { SpoolFrame } from './spool-frame.ts';
import type { Spool } from './spool.ts';

const PREPARE_RETRY_MS = 5000;

export interface SenderOptions extends DeliverOptions {
  readonly spool: Pick<Spool, 'frames' | 'acknowledge' | 'noteMark'>;
  /**
   * Done before the first delivery: documents must not reach a store without its templates. Tried until it works;
   * what a credential may not do is somebody else's to do, and delivery begins.
   */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
  /** Bytes that frames under way may take. Default 32 MiB. */
  readonly windowBytes?: number;
}

/**
 * Delivers a spool's frames until the signal is aborted; resolves then. Several requests are under way at a time,
 * frames are acknowledged in their order.
 */
export async function runSender(options: SenderOptions): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const sending = new Sending({ ...options, signal }, (error) => stop.abort(error));
  try {
    await prepare({ ...options, signal });
    await sending.run();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (!options.signal.aborted) stop.signal.throwIfAborted();
}

class Sending {
  readonly #options: SenderOptions;
  readonly #concurrency: Concurrency;
  readonly #deliverer: Deliverer;
  readonly #window: SenderWindow;
  readonly #underWay = new Set<Promise<void>>();
  readonly #fail: (error: unknown) => void;

  constructor(options: SenderOptions, fail: (error: unknown) => void) {
    this.#options = options;
    this.#concurrency = new Concurrency(options.clock, options.metrics);
    this.#deliverer = new Deliverer(options, this.#concurrency);
    this.#window = new SenderWindow(options.spool, options.windowBytes);
    this.#fail = fail;
  }

  /** Reads no further than the store can be asked to take: what waits in the spool travels together later. */
  async run(): Promise<void> {
    const { spool, signal, store } = this.#options;
    const groups = joinFrames(spool.frames(signal))[Symbol.asyncIterator]();
    try {
      for (;;) {
        await this.#window.room(signal);
        await this.#concurrency.free(signal);
        const { value: frames, done } = await groups.next();
        if (done === true || signal.aborted) return;
        const mark = store.mark?.();
        if (mark !== undefined) await spool.noteMark(mark);
        this.#begin(frames);
      }
    } catch (error) {
      // What is under way would wait for the store, for hours if need be.
      this.#fail(error);
      throw error;
    } finally {
      await Promise.all(this.#underWay);
      await groups.return?.();
    }
  }

  #begin(frames: readonly SpoolFrame[]): void {
    const work = this.#send(frames).catch((error: unknown) => {
      if (!this.#options.signal.aborted) this.#fail(error);
    });
    this.#underWay.add(work);
    void work.then(() => this.#underWay.delete(work));
  }

  async #send(frames: readonly SpoolFrame[]): Promise<void> {
    const full = this.#window.add(frames).filter(({ frame }) => frame.documents > 0);
    if (full.length > 0) await this.#deliverer.deliver(Parcel.of(full));
    await this.#window.acknowledge();
  }
}

async function prepare({ prepare: work, signal, clock, log }: SenderOptions): Promise<void> {
  for (;;) {
    try {
      return await work?.(signal);
    } catch (error) {
      if (signal.aborted) throw new Failure('aborted', 'delivery stopped', { cause: error });
      const { reason } = toFailure(error);
      log.warn({ reason, error: messageOf(error) }, 'store could not be prepared');
      if (reason === 'forbidden') return;
      await clock.sleep(PREPARE_RETRY_MS, signal);
    }
  }
}
