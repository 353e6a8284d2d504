import type { Clock, Disk, DiskFile, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { letterInfo, readLines, type DeadLetterFilter, type DeadLetterInfo } from './letter-lines.ts';
import { replayFile, type WriteLines } from './replay-letters.ts';

const CURRENT = 'current.ndjson';
const PREVIOUS = 'previous.ndjson';
const MAX_BYTES = 64 * 1024 * 1024;

export interface DeadLettersOptions {
  readonly disk: Disk;
  /** Made when missing: `<data_dir>/dead-letters`. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** Bytes both files may take together; the older one is given up for it. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** A document that the store will never take. */
export interface DeadLetter {
  /** One line, as the store gave it. */
  readonly reason: string;
  /** The bulk action line and the document line, both JSON. */
  readonly action: string;
  readonly document: string;
}

/** Keeps documents that the store refused for good, for a person to read and send again. */
export interface DeadLetters {
  /** Appends letters, durably. @throws Failure `disk` */
  write(letters: readonly DeadLetter[]): Promise<void>;
  close(): Promise<void>;
}

/** The dead letters as a person sees them. */
export interface DeadLetterOffice extends DeadLetters {
  /** The newest letters, newest last. @throws Failure `disk` */
  list(limit: number): Promise<DeadLetterInfo[]>;
  /**
   * Writes letters again and takes those away that are durable there.
   * @param write `Spool.writeRaw` with the source `dead-letters`
   * @returns how many
   * @throws Failure what `write` threw, such as `budget` for a full spool: the others are left; `disk`
   */
  replay(filter: DeadLetterFilter, write: WriteLines): Promise<number>;
}

/**
 * Opens the dead letters: NDJSON lines `{"at", "reason", "action", "document"}` in `current.ndjson`,
 * which becomes `previous.ndjson` when it is full.
 */
export async function openDeadLetters(options: DeadLettersOptions): Promise<DeadLetterOffice> {
  await options.disk.mkdir(options.directory);
  const file = new LetterFile(options);
  await file.open();
  return file;
}

class LetterFile implements DeadLetterOffice {
  readonly #options: DeadLettersOptions;
  readonly #maxBytes: number;
  #file: DiskFile | undefined;
  #size = 0;
  /** Whether this process wrote the end of the file, durably. */
  #hasKnownEnd = false;
  /** Ends when the last write or replay does: they take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DeadLettersOptions) {
    this.#options = options;
    this.#maxBytes = (options.maxBytes ?? MAX_BYTES) / 2;
  }

  async open(): Promise<DiskFile> {
    const { disk, directory } = this.#options;
    const file = await disk.open(`${directory}/${CURRENT}`, 'append');
    this.#file = file;
    this.#size = (await file.stat()).size;
    this.#hasKnownEnd = this.#size === 0;
    await disk.syncDirectory(directory);
    return file;
  }

  write(letters: readonly DeadLetter[]): Promise<void> {
    return this.#inTurn(() => this.#write(letters));
  }

  async list(limit: number): Promise<DeadLetterInfo[]> {
    const { disk, directory } = this.#options;
    const newest: DeadLetterInfo[] = [];
    for (const name of [PREVIOUS, CURRENT]) {
      for await (const line of readLines(disk, `${directory}/${name}`)) {
        const letter = letterInfo(line);
        if (letter !== undefined && newest.push(letter) > 2 * limit) newest.splice(0, limit);
      }
    }
    return newest.slice(Math.max(0, newest.length - limit));
  }

  replay(filter: DeadLetterFilter, write: WriteLines): Promise<number> {
    return this.#inTurn(() => this.#replay(filter, write));
  }

  async #replay(filter: DeadLetterFilter, write: WriteLines): Promise<number> {
    const { disk, directory } = this.#options;
    let total = 0;
    await this.#closeFile();
    try {
      for (const name of [PREVIOUS, CURRENT]) {
        if ((await disk.stat(`${directory}/${name}`)) === undefined) continue;
        const { replayed, failure } = await replayFile(disk, directory, name, filter, write);
        total += replayed;
        if (failure !== undefined) throw failure;
      }
    } finally {
      await this.open();
    }
    return total;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(letters: readonly DeadLetter[]): Promise<void> {
    const at = new Date(this.#options.clock.now()).toISOString();
    const lines = letters.map((letter) => lineOf(letter, at)).join('');
    const length = Buffer.byteLength(lines) + 1;
    try {
      if (this.#size > 0 && this.#size + length > this.#maxBytes) await this.#turnOver();
      const file = this.#file ?? (await this.open());
      // What stands before may be torn, or gone after a power cut: never on one line with it.
      const bytes = Buffer.from(this.#hasKnownEnd ? lines : `\n${lines}`);
      await file.append(bytes);
      await file.sync();
      this.#size += bytes.length;
      this.#hasKnownEnd = true;
    } catch (error) {
      await this.#closeFile();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#closeFile();
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }

  async #turnOver(): Promise<void> {
    const { disk, directory, log, metrics } = this.#options;
    await this.#closeFile();
    let letters = 0;
    for await (const line of readLines(disk, `${directory}/${PREVIOUS}`)) if (line.length > 0) letters++;
    await disk.rename(`${directory}/${CURRENT}`, `${directory}/${PREVIOUS}`);
    metrics.increment('octowatch_dead_letters_given_up_total', {}, letters);
    if (letters > 0) log.warn({ directory, letters }, 'dead letters full: the older half was given up');
    // Whatever becomes of the new file, there is nothing to turn over any more.
    this.#size = 0;
    await this.open();
  }
}

// Action and document are JSON already: what reads the file gets objects, and they need no parsing here.
function lineOf({ reason, action, document }: DeadLetter, at: string): string {
  return `{"at":"${at}","reason":${JSON.stringify(reason)},"action":${action},"document":${document}}\n`;
}
