import { messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Disk, DiskFile, Log } from '../model/ports.ts';
import { CURSOR_FILE, cursorLine, wholeCursor, type CursorState } from './cursor-lines.ts';
import { marksFrom, withMark, type Mark, type Place } from './marks.ts';
import { replaceFile } from './replace-file.ts';
import { SettledSources, type SettledSource } from './settled-sources.ts';

/** Bytes of changes behind the first line that are kept at least before the file is written anew. */
const COMPACT_BYTES = 256 * 1024;

export interface CursorOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
}

/**
 * Up to where the store has acknowledged. On the disk it is a log: the first line has all, each one behind it what an
 * acknowledgement changed. Changes are taken in at once and durable with the next `save`.
 */
export class Cursor {
  readonly #options: CursorOptions;
  readonly #settled: SettledSources;
  readonly #unsaved = new SettledSources();
  #place: Place;
  #marks: readonly Mark[];
  #marksChanged = false;
  #isMarkDurable = true;
  #isDirty = true;
  /** Undefined until the file was written anew: what was there before, or failed, is not appended to. */
  #file: DiskFile | undefined;
  #wholeBytes = 0;
  #changeBytes = 0;
  #saving: Promise<boolean> = Promise.resolve(true);
  #closed = false;

  constructor(options: CursorOptions, { segment, offset, settled, marks }: CursorState) {
    this.#options = options;
    this.#place = { segment, offset };
    this.#settled = settled;
    this.#marks = marks;
  }

  /** Where the first frame stands that is not acknowledged. */
  get place(): Place {
    return this.#place;
  }

  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** How documents left the spool so far. */
  get settled(): Pick<SettledSources, 'get' | 'sources' | 'total'> {
    return this.#settled;
  }

  move(segment: number, offset: number): void {
    if (segment === this.#place.segment && offset === this.#place.offset) return;
    this.#place = { segment, offset };
    this.#isDirty = true;
  }

  settle(source: string, settled: Partial<SettledSource>): void {
    this.#settled.add(source, settled);
    this.#unsaved.add(source, settled);
    this.#isDirty = true;
  }

  /** Whether the mark that holds would survive a power cut. */
  get isMarkDurable(): boolean {
    return this.#isMarkDurable;
  }

  /** Takes `mark` as the one that holds for what is handed out from `handedOut` on; false when it did before. */
  mark(mark: JsonValue, handedOut: Place): boolean {
    const marks = withMark(marksFrom(this.#marks, this.#place), mark, handedOut);
    if (marks === this.#marks) return false;
    this.#marks = marks;
    this.#marksChanged = true;
    this.#isMarkDurable = false;
    this.#isDirty = true;
    return true;
  }

  /** Makes all changes so far durable, those of several callers together; false (and logged) when the disk refuses. */
  save(): Promise<boolean> {
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  async close(): Promise<void> {
    await this.#saving;
    this.#closed = true;
    await this.#closeFile();
  }

  async #save(): Promise<boolean> {
    if (!this.#isDirty) return true;
    // Somebody else may have opened the directory since.
    if (this.#closed) return false;
    try {
      const line = this.#takeChange();
      const isLong = this.#changeBytes + line.length > Math.max(COMPACT_BYTES, this.#wholeBytes);
      if (this.#file === undefined || isLong) await this.#writeWhole();
      else await this.#append(this.#file, line);
      this.#isMarkDurable = !this.#marksChanged;
      return true;
    } catch (error) {
      this.#isDirty = true;
      await this.#closeFile();
      this.#options.log.warn({ error: messageOf(error) }, 'spool cursor not saved');
      return false;
    }
  }

  #takeChange(): Buffer {
    const line = cursorLine({
      ...this.#place,
      ...(this.#unsaved.isEmpty ? {} : { settled: this.#unsaved.entries() }),
      ...(this.#marksChanged ? { marks: this.#marks } : {}),
    });
    this.#unsaved.clear();
    this.#marksChanged = false;
    this.#isDirty = false;
    return line;
  }

  async #append(file: DiskFile, line: Buffer): Promise<void> {
    await file.append(line);
    await file.sync();
    this.#changeBytes += line.length;
  }

  async #writeWhole(): Promise<void> {
    const { disk, directory } = this.#options;
    this.#marks = marksFrom(this.#marks, this.#place);
    const whole = wholeCursor({ ...this.#place, settled: this.#settled, marks: this.#marks });
    await this.#closeFile();
    await replaceFile(disk, directory, CURSOR_FILE, whole);
    this.#file = await disk.open(`${directory}/${CURSOR_FILE}`, 'append');
    this.#wholeBytes = whole.length;
    this.#changeBytes = 0;
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }
}
