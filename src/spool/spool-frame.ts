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
}
