import type { Entry } from './segment-writer.ts';

interface Write {
  /** Called when all that came before is durable. */
  readonly entries: () => readonly Entry[];
  readonly bytes: number;
  /** Not to be written together with others. */
  readonly alone: boolean;
  readonly done: (entries: number) => void;
  readonly failed: (error: unknown) => void;
}

export interface CommitQueueOptions {
  /** Bytes that are written together at most, unless one write has more. */
  readonly groupBytes: number;
  /** Makes entries durable, all or none. */
  readonly commit: (entries: readonly Entry[]) => Promise<void>;
}

/** Lets writes that arrive while one is synced share the next sync. */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #queue: Write[] = [];
  #isCommitting = false;
  #committing: Promise<void> = Promise.resolve();

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** Resolves when the entries are durable. @throws what `commit` does */
  async add(entries: readonly Entry[], bytes: number): Promise<void> {
    await this.#enqueue({ entries: () => entries, bytes, alone: false });
  }

  /** The same with entries that depend on all that was written before. @returns how many there were */
  addMade(entries: () => readonly Entry[]): Promise<number> {
    return this.#enqueue({ entries, bytes: 0, alone: true });
  }

  /** Resolves when nothing is queued. */
  async idle(): Promise<void> {
    await this.#committing;
  }

  #enqueue(write: Pick<Write, 'entries' | 'bytes' | 'alone'>): Promise<number> {
    return new Promise((done, failed) => {
      this.#queue.push({ ...write, done, failed });
      if (!this.#isCommitting) this.#committing = this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#isCommitting = true;
    for (let group = this.#nextGroup(); group.length > 0; group = this.#nextGroup()) {
      try {
        const made = group.map(({ entries }) => entries());
        const entries = made.flat();
        if (entries.length > 0) await this.#options.commit(entries);
        for (const [index, { done }] of group.entries()) done(made[index]?.length ?? 0);
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    this.#isCommitting = false;
  }

  #nextGroup(): Write[] {
    let bytes = 0;
    const end = this.#queue.findIndex((write, index) => {
      bytes += write.bytes;
      return index > 0 && (write.alone || this.#queue[0]?.alone === true || bytes > this.#options.groupBytes);
    });
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }
}
