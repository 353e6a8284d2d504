import type { FilePosition } from './file-position.ts';

const LIMIT = 16;

/** A file that went or was truncated, as it was when it was seen last. */
export interface RetiredFile {
  readonly position: FilePosition;
  readonly lastSize: number;
}

/**
 * Files that are no more where they were. Their content may turn up again: copied away before a truncation, moved to
 * another device, or back after a directory was away. It is recognised by its fingerprint and read on from there.
 */
export class RetiredFiles {
  #files: RetiredFile[] = [];
  /** Those whose unread bytes are not yet given up. */
  readonly #open = new Set<RetiredFile>();
  readonly #forgotten: string[] = [];

  get positions(): readonly FilePosition[] {
    return this.#files.map((file) => file.position);
  }

  add(file: RetiredFile): void {
    this.#files = [...this.#files, file];
    for (const old of this.#files.splice(0, this.#files.length - LIMIT)) {
      this.#forgotten.push(old.position.identity);
    }
    if (file.lastSize > file.position.offset) this.#open.add(file);
  }

  /** The last one first. */
  get lastFirst(): readonly RetiredFile[] {
    return this.#files.toReversed();
  }

  /** Takes out a file that turned up. */
  remove(found: RetiredFile): void {
    this.#files = this.#files.filter((file) => file !== found);
    this.#open.delete(found);
  }

  /** The files whose unread bytes did not turn up; each is told once. */
  takeLosses(): RetiredFile[] {
    const losses = [...this.#open];
    this.#open.clear();
    return losses;
  }

  /** The identities that were given up, each once. */
  takeForgotten(): string[] {
    return this.#forgotten.splice(0);
  }
}
