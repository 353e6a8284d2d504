import { messageOf } from '../model/failure.ts';
import type { Clock, Disk, DiskFile, Log } from '../model/ports.ts';
import { FRAME_VERSION, frameLength } from './frame.ts';
import { readFrame, type FrameRead } from './read-frame.ts';
import type { Segment } from './segment.ts';

/** How long to wait before each further try when the disk does not read, ms. */
const RETRY_MS = [100, 1000, 5000, 15_000];

/** A frame and where it ends. */
export interface Located {
  readonly read: Extract<FrameRead, { kind: 'frame' }>;
  readonly end: number;
}

export interface SegmentReaderOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
}

/** Reads frames of segments, keeping one file open. */
export class SegmentReader {
  readonly #options: SegmentReaderOptions;
  readonly #signal: AbortSignal;
  #open: { readonly id: number; readonly file: DiskFile } | undefined;

  constructor(options: SegmentReaderOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** The frame at `offset`; `lost` when it is intact no more, or the disk does not read it in 20 s. */
  async frame(segment: Segment, offset: number): Promise<Located | 'lost' | 'aborted'> {
    const { clock, log } = this.#options;
    for (const wait of [...RETRY_MS, undefined]) {
      try {
        return await this.#read(segment, offset);
      } catch (error) {
        await this.close();
        const fields = { segment: segment.path, offset, error: messageOf(error) };
        log.warn(fields, 'spool segment cannot be read');
        if (this.#signal.aborted) return 'aborted';
        if (wait !== undefined) await clock.sleep(wait, this.#signal).catch(() => undefined);
      }
    }
    return 'lost';
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close().catch(() => undefined);
  }

  async #read(segment: Segment, offset: number): Promise<Located | 'lost'> {
    const file = await this.#file(segment);
    const read = await readFrame(file, offset, segment.size, FRAME_VERSION);
    return read.kind === 'frame' ? { read, end: offset + frameLength(read.header) } : 'lost';
  }

  async #file(segment: Segment): Promise<DiskFile> {
    if (this.#open?.id === segment.id) return this.#open.file;
    await this.close();
    const file = await this.#options.disk.open(segment.path, 'read');
    this.#open = { id: segment.id, file };
    return file;
  }
}
