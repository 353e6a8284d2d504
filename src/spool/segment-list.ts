import { messageOf } from '../model/failure.ts';
import type { Disk, Log } from '../model/ports.ts';
import type { Place } from './marks.ts';
import { discard, type Segment } from './segment.ts';

export interface SegmentListOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
}

/** The segments of a spool, oldest first. */
export class SegmentList {
  readonly #options: SegmentListOptions;
  readonly #segments: Segment[];

  constructor(options: SegmentListOptions, segments: readonly Segment[]) {
    this.#options = options;
    this.#segments = [...segments];
  }

  [Symbol.iterator](): Iterator<Segment> {
    return this.#segments.values();
  }

  /** As they are now, whatever becomes of them. */
  all(): readonly Segment[] {
    return [...this.#segments];
  }

  add(segment: Segment): void {
    this.#segments.push(segment);
  }

  includes(segment: Segment): boolean {
    return this.#segments.includes(segment);
  }

  /** Bytes of frames that are not acknowledged. */
  get pendingBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.pendingBytes, 0);
  }

  get pendingDocuments(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.pending.sum, 0);
  }

  /** What the files take, but for what is acknowledged in the oldest one. */
  get usedBytes(): number {
    return this.#segments.reduce(
      (sum, { pendingBytes, snapshotBytes }) => sum + pendingBytes + snapshotBytes,
      0,
    );
  }

  /** Pending documents by collector and tenant. */
  pendingBySource(): Map<string, number> {
    const pending = new Map<string, number>();
    for (const segment of this.#segments) {
      for (const [source, documents] of segment.pending) {
        pending.set(source, (pending.get(source) ?? 0) + documents);
      }
    }
    return pending;
  }

  get oldestPending(): Segment | undefined {
    return this.#segments.find((segment) => segment.pendingBytes > 0);
  }

  /** Where the newest one ends. */
  get end(): Place | undefined {
    const newest = this.#segments.at(-1);
    return newest === undefined ? undefined : { segment: newest.id, offset: newest.size };
  }

  /**
   * The oldest segments without anything pending; never the newest that begins with a snapshot for sure,
   * which holds the positions: one that a full disk left without may stand behind it.
   */
  done(): Segment[] {
    const pending = this.#segments.findIndex((segment) => segment.pendingBytes > 0);
    const holder = this.#segments.findLastIndex(
      (segment) => segment.snapshotBytes > 0 && !segment.isDoubtful,
    );
    const end = pending < 0 ? holder : Math.min(pending, holder);
    return this.#segments.slice(0, Math.max(0, end));
  }

  /** The segment that follows those that are done. */
  get firstLeft(): Segment | undefined {
    return this.#segments[this.done().length];
  }

  /** Forgets segments and removes their files; a disk that refuses is logged. */
  async remove(done: readonly Segment[]): Promise<void> {
    const { disk, directory, log } = this.#options;
    const kept = this.#segments.filter((segment) => !done.includes(segment));
    this.#segments.splice(0, this.#segments.length, ...kept);
    try {
      for (const segment of done) await discard(disk, directory, segment);
      if (done.length > 0) await disk.syncDirectory(directory);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'acknowledged spool segment not removed');
    }
  }
}
