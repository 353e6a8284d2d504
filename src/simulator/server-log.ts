import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLine, type LogLevel } from './log-lines.ts';
import type { SeededRandom } from './random.ts';
import { RecentLogs } from './recent-logs.ts';

const FILE = 'OctopusServer.txt';
const ARCHIVES = 7;
const MAX_BUFFERED = 50_000;
const DAY_MS = 86_400_000;

interface Line {
  readonly at: number;
  readonly order: number;
  readonly text: string;
}

export interface ServerLogOptions {
  readonly directory: string;
  readonly random: SeededRandom;
  /** A live file that has grown to this size is archived, as well as one of another day. Bytes. */
  readonly archiveAboveBytes: number;
}

/**
 * `OctopusServer.txt` of one instance, rotated as NLog's rolling archive does it: the live file is renamed to
 * `OctopusServer.0.txt`, the others move up by one, the eighth is deleted. The file is opened for each write only.
 */
export class ServerLog {
  readonly directory: string;
  readonly file: string;
  /** What the process keeps in memory. */
  readonly recent = new RecentLogs();
  /** Lines thrown away because the disk did not keep up. */
  dropped = 0;
  readonly #random: SeededRandom;
  readonly #archiveAboveBytes: number;
  #lines: Line[] = [];
  #order = 0;
  #day: number | undefined;
  #size: number | undefined;

  constructor({ directory, random, archiveAboveBytes }: ServerLogOptions) {
    this.directory = directory;
    this.file = join(directory, FILE);
    this.#random = random;
    this.#archiveAboveBytes = archiveAboveBytes;
  }

  /** Whether a flush has something to write. */
  get isDirty(): boolean {
    return this.#lines.length > 0;
  }

  /** Buffers a line of time `at` and the exception text below it. */
  add(at: number, level: LogLevel, message: string, exception = ''): void {
    this.recent.add(at, level, message);
    if (this.#lines.length >= MAX_BUFFERED) {
      this.dropped++;
      return;
    }
    const text = formatLine(at, 5 + this.#random.integer(120), level, message);
    this.#lines.push({ at, order: this.#order++, text: exception === '' ? text : `${text}${exception}\n` });
  }

  /** Writes what is buffered, in order of time, rotating between days and at the size limit. */
  async flush(): Promise<void> {
    const lines = this.#lines.toSorted((a, b) => a.at - b.at || a.order - b.order);
    this.#lines = [];
    this.#size ??= await this.#open();
    let text = '';
    for (const line of lines) {
      const day = Math.floor(line.at / DAY_MS);
      if (this.#needsArchive(day, text)) {
        await this.#append(text);
        await this.#archive();
        text = '';
      }
      this.#day = day;
      text += line.text;
    }
    await this.#append(text);
  }

  #needsArchive(day: number, pending: string): boolean {
    const size = (this.#size ?? 0) + pending.length;
    if (size === 0) return false;
    return (this.#day !== undefined && day > this.#day) || size >= this.#archiveAboveBytes;
  }

  async #open(): Promise<number> {
    await mkdir(this.directory, { recursive: true });
    const found = await stat(this.file).catch(() => undefined);
    if (found !== undefined) this.#day = Math.floor(found.mtimeMs / DAY_MS);
    return found?.size ?? 0;
  }

  async #append(text: string): Promise<void> {
    if (text === '') return;
    await appendFile(this.file, text);
    this.#size = (this.#size ?? 0) + Buffer.byteLength(text);
  }

  async #archive(): Promise<void> {
    await rm(this.#archiveName(ARCHIVES - 1), { force: true });
    for (let number = ARCHIVES - 2; number >= 0; number--) {
      await renameIfThere(this.#archiveName(number), this.#archiveName(number + 1));
    }
    await renameIfThere(this.file, this.#archiveName(0));
    this.#size = 0;
  }

  #archiveName(number: number): string {
    return join(this.directory, `OctopusServer.${number}.txt`);
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
