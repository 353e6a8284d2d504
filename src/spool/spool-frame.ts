import type { JsonValue } from '../model/json.ts';
import type { Settled } from './ledger.ts';

/** What one write left to deliver. */
export interface SpoolFrame {
  readonly source: string;
  /** 0 when it only moved a position; acknowledge it all the same. */
  readonly documents: number;
  /** Bytes of the body before compression. */
  readonly rawLength: number;
  /** A gzipped NDJSON bulk body. */
  readonly body: Uint8Array;
  /** Whether another frame can be read without waiting. */
  readonly more: boolean;
  /**
   * The mark of the oldest attempt of unknown outcome: the frame may have been sent before, by a process that ended
   * or before it was read again. Absent when it was not, and when no mark was ever noted.
   */
  readonly since?: JsonValue;
}

/** What became of the documents of a frame; the counts add up to `frame.documents`. */
export interface FrameOutcome {
  readonly frame: SpoolFrame;
  readonly settled: Partial<Settled>;
}
