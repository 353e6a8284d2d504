import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { numberedLine } from './numbered-line.ts';
import type { Range } from './ranges.ts';

const NAME = 'OctopusServer';
/** Lines between the copy and the truncation of copytruncate: what logrotate destroys in 5 ms at 5,000 lines/s. */
const WINDOW_LINES = 25;
/** Lines that still go to the renamed file before the writer opens the new one. */
const LATE_LINES = 25;

/** A log of numbered lines in a directory, and what its rotations do to it. */
export class LogFile {
  readonly path: string;
  /** Numbers of the lines that were truncated away without being in a copy. */
  readonly exposed: Range[] = [];
  readonly #directory: string;
  readonly #stampOf: (number: number) => number;
  #descriptor: number;
  /** Lines written as a whole; also the number of the next. */
  #written = 0;
  #rest = '';

  constructor(directory: string, stampOf: (number: number) => number) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
    this.#stampOf = stampOf;
    this.path = join(directory, `${NAME}.txt`);
    this.#descriptor = openSync(this.path, 'a');
  }

  get written(): number {
    return this.#written;
  }

  append(lines: number): void {
    let text = this.#rest;
    this.#rest = '';
    for (let count = 0; count < lines; count++)
      text += numberedLine(this.#stampOf(this.#written), this.#written++);
    writeSync(this.#descriptor, text);
  }

  /** Writes the first half of a line; the second half goes in front of what is appended next. */
  appendHalf(): void {
    const line = numberedLine(this.#stampOf(this.#written), this.#written++);
    const half = line.length >> 1;
    this.append(0);
    writeSync(this.#descriptor, line.slice(0, half));
    this.#rest = line.slice(half);
  }

  /** Renames the log, writes on to it for a moment as servers do, and opens a new one. */
  rename(): void {
    this.#shiftArchives();
    renameSync(this.path, this.#archive(0));
    this.append(LATE_LINES);
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.path, 'a');
  }

  /** Copies the log, writes on for a moment, and truncates it: `copytruncate` of logrotate. */
  copyTruncate(): void {
    this.copy();
    const first = this.#written;
    this.append(WINDOW_LINES);
    this.#truncate(first);
  }

  /** Copies the log to an archive; what is written from now on is in no copy. */
  copy(): void {
    this.append(0);
    this.#shiftArchives();
    copyFileSync(this.path, this.#archive(0));
  }

  /** Destroys all that was written since line `first`, as an operator does who needs the room. */
  truncate(first: number): void {
    this.append(0);
    this.#truncate(first);
  }

  /** A log of so many lines that turns up complete, in the place of the one that was there. */
  replaceWhole(lines: number): void {
    this.#shiftArchives();
    renameSync(this.path, this.#archive(0));
    closeSync(this.#descriptor);
    const made = join(this.#directory, 'made.tmp');
    this.#descriptor = openSync(made, 'a');
    this.append(lines);
    renameSync(made, this.path);
  }

  #truncate(first: number): void {
    ftruncateSync(this.#descriptor, 0);
    if (this.#written > first) this.exposed.push([first, this.#written - 1]);
  }

  #shiftArchives(): void {
    let last = 0;
    while (existsSync(this.#archive(last))) last++;
    for (; last > 0; last--) renameSync(this.#archive(last - 1), this.#archive(last));
  }

  #archive(number: number): string {
    return join(this.#directory, `${NAME}.${number}.txt`);
  }
}
