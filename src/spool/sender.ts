import { Failure, messageOf, toFailure } from '../model/failure.ts';
import { Deliverer, type DeliverOptions } from './deliver.ts';
import { Parcel } from './parcel.ts';
import type { SpoolFrame } from './spool-frame.ts';
import type { Spool } from './spool.ts';

/** Small frames travel together up to this many raw bytes. */
const JOIN_BYTES = 1024 * 1024;
const JOIN_FRAMES = 1000;
/** A frame of so many raw bytes travels as it is: to compress it again costs more than a request. */
const ALONE_BYTES = 256 * 1024;
const PREPARE_RETRY_MS = 5000;

export interface SenderOptions extends DeliverOptions {
  readonly spool: Pick<Spool, 'frames' | 'acknowledge'>;
  /**
   * Done before the first delivery: documents must not reach a store without its templates. Tried until it works;
   * what a credential may not do is somebody else's to do, and delivery begins.
   */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
}

/** Delivers a spool's frames in order until the signal is aborted; resolves then. */
export async function runSender(options: SenderOptions): Promise<void> {
  const { spool, signal } = options;
  const deliverer = new Deliverer(options);
  try {
    await prepare(options);
    let together: SpoolFrame[] = [];
    let bytes = 0;
    for await (const frame of spool.frames(signal)) {
      const isAlone = frame.rawLength >= ALONE_BYTES;
      if (isAlone) await send(deliverer, spool, together.splice(0));
      together.push(frame);
      bytes += frame.rawLength;
      if (!isAlone && frame.more && together.length < JOIN_FRAMES && bytes < JOIN_BYTES) continue;
      await send(deliverer, spool, together);
      [together, bytes] = [[], 0];
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function send(
  deliverer: Deliverer,
  spool: SenderOptions['spool'],
  frames: readonly SpoolFrame[],
): Promise<void> {
  if (frames.length === 0) return;
  const parcels = frames
    .filter((frame) => frame.documents > 0)
    .map((frame) => new Parcel(frame.body, frame.documents));
  const outcome = parcels.length === 0 ? undefined : await deliverer.deliver(Parcel.join(parcels));
  let deadLettered = outcome?.deadLettered ?? 0;
  const outcomes = frames.map((frame) => {
    const dead = Math.min(deadLettered, frame.documents);
    deadLettered -= dead;
    return { frame, settled: { delivered: frame.documents - dead, deadLettered: dead } };
  });
  await spool.acknowledge(outcomes);
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
