import type { Clock, Disk, DiskFile, Log } from '../model/ports.ts';

const CURRENT = 'current.ndjson';
const PREVIOUS = 'previous.ndjson';
const MAX_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

export interface DeadLettersOptions {
  readonly disk: Disk;
  /** Made when missing: `<data_dir>/dead-letters`. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
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

/**
 * Opens the dead letters: NDJSON lines `{"at", "reason", "action", "document"}` in `current.ndjson`,
 * which becomes `previous.ndjson` when it is full.
 */
export async function openDeadLetters(options: DeadLettersOptions): Promise<DeadLetters> {
  await options.disk.mkdir(options.directory);
  const file = new LetterFile(options);
  await file.open();
  return file;
}

class LetterFile implements DeadLetters {
  readonly #options: DeadLettersOptions;
  readonly #maxBytes: number;
  #file: DiskFile | undefined;
  #size = 0;

  constructor(options: DeadLettersOptions) {
    this.#options = options;
    this.#maxBytes = (options.maxBytes ?? MAX_BYTES) / 2;
  }

  async open(): Promise<DiskFile> {
    const { disk, directory } = this.#options;
    const file = await disk.open(`${directory}/${CURRENT}`, 'append');
    this.#file = file;
    this.#size = (await file.stat()).size;
    await this.#endTornLine(file);
    await disk.syncDirectory(directory);
    return file;
  }

  async write(letters: readonly DeadLetter[]): Promise<void> {
    const at = new Date(this.#options.clock.now()).toISOString();
    const lines = letters.map((letter) => lineOf(letter, at)).join('');
    const bytes = Buffer.from(lines);
    try {
      if (this.#size > 0 && this.#size + bytes.length > this.#maxBytes) await this.#turnOver();
      const file = this.#file ?? (await this.open());
      await file.append(bytes);
      await file.sync();
      this.#size += bytes.length;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }

  async #turnOver(): Promise<void> {
    const { disk, directory, log } = this.#options;
    await this.close();
    if ((await disk.stat(`${directory}/${PREVIOUS}`)) !== undefined) {
      log.warn({ directory }, 'dead letters full: the older half was given up');
    }
    await disk.rename(`${directory}/${CURRENT}`, `${directory}/${PREVIOUS}`);
    await this.open();
  }

  async #endTornLine(file: DiskFile): Promise<void> {
    const last = new Uint8Array(1);
    if (this.#size === 0 || (await file.read(last, this.#size - 1)) === 0 || last[0] === NEWLINE) return;
    await file.append(Uint8Array.of(NEWLINE));
    this.#size++;
  }
}

// Action and document are JSON already: what reads the file gets objects, and they need no parsing here.
function lineOf({ reason, action, document }: DeadLetter, at: string): string {
  return `{"at":"${at}","reason":${JSON.stringify(reason)},"action":${action},"document":${document}}\n`;
}
