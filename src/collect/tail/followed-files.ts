import type { LineParser } from '../contract.ts';
import { Backoff } from './backoff.ts';
import { encodingOf } from './byte-order-mark.ts';
import { parseRoster, type FilePosition, type Roster } from './file-position.ts';
import { firstPosition } from './first-position.ts';
import { findFiles, isUnseen, keyOf, type FoundFile, type LookFailure } from './found-files.ts';
import { lastTimeBefore } from './last-time.ts';
import { committedRoster, LeftFiles } from './left-files.ts';
import { parseGlob, type PathGlob } from './path-glob.ts';
import { Recognition } from './recognition.ts';
import { RetiredFiles } from './retired-files.ts';
import type { TailerOptions } from './tail-options.ts';
import { TailReports } from './tail-reports.ts';
import { TailedFile } from './tailed-file.ts';

/** A file is gone when it was not found this often in a row: a rotation shifts names while we look. */
const MISSES_UNTIL_GONE = 3;

/** Which files there are, which of them is which, and where each goes on. Reads their beginnings only. */
export class FollowedFiles {
  /** Whether `roster` differs from what was committed last. */
  rosterChanged = false;
  readonly #options: TailerOptions;
  readonly #globs: readonly PathGlob[];
  readonly #retired = new RetiredFiles();
  readonly #recognition: Recognition;
  readonly #backoff = new Backoff();
  readonly reports: TailReports;
  readonly #left: LeftFiles;
  #tracked = new Map<string, TailedFile>();
  /** Refused lines of files that are followed no more, not committed yet. */
  #orphanedRefused = 0;
  #isFirstStart: boolean;

  /** @throws Failure `invalid` for a bad glob or time zone */
  constructor(options: TailerOptions) {
    this.#options = options;
    this.reports = new TailReports(options);
    this.#recognition = new Recognition(options, this.#retired, this.reports);
    this.#globs = (options.target.files[options.collector.name] ?? []).map((glob) => parseGlob(glob));
    const left = parseRoster(options.positions(this.source));
    this.#isFirstStart = left === undefined;
    const sourceOf = (identity: string): string => this.sourceOf(identity);
    const { files, retired } = committedRoster(left ?? { files: [], retired: [] }, sourceOf, options);
    for (const position of retired) this.#retire(position);
    this.#left = new LeftFiles(files);
    this.#newParser();
  }

  /** Where the files are looked for. */
  get directories(): readonly string[] {
    return this.#globs.map(({ directory }) => directory);
  }

  /** The source whose position is the roster. */
  get source(): string {
    return `${this.#options.collector.name}:${this.#options.target.tenant}`;
  }

  /** The source of one file's lines. */
  sourceOf(identity: string): string {
    return `${this.source}:${identity}`;
  }

  get roster(): Roster {
    const tracked = [...this.#tracked.values()].map((file) => file.position);
    const files = [...this.#left.positions, ...tracked].filter((position) => position !== undefined);
    return { files, retired: this.#retired.positions };
  }

  /** Lines refused since the last commit of all files, whose positions the roster commits; from now on they count as committed. */
  takeRefused(): number {
    let refused = this.#orphanedRefused;
    this.#orphanedRefused = 0;
    for (const file of this.#tracked.values()) {
      refused += file.uncommittedRefused;
      file.uncommittedRefused = 0;
    }
    return refused;
  }

  /** Sources whose positions nobody will ask for again. */
  takeForgottenSources(): string[] {
    return this.#retired.takeForgotten().map((identity) => this.sourceOf(identity));
  }

  /** The oldest file of each log that has something to read: what may be read now. */
  readable(): TailedFile[] {
    const byLog = new Map<string, TailedFile>();
    const now = this.#options.clock.now();
    for (const file of this.#tracked.values()) {
      if (byLog.has(file.found.log) || !file.hasMore || this.#backoff.isPaused(file.key, now)) continue;
      if (file.missed === 0 || file.isOpen) byLog.set(file.found.log, file);
    }
    return [...byLog.values()];
  }

  /** The time of the last line that was read of the other files of a file's log, ms; undefined where nobody knows. */
  lastTimeBefore(file: TailedFile): number | undefined {
    return lastTimeBefore(file, this.#tracked.values(), this.#retired.positions);
  }

  /** Looks at the logs by their names only; false when something changed that only `discover` can tell. */
  async refresh(): Promise<boolean> {
    const lives = [...this.#tracked.values()].filter((file) => file.found.isLive);
    if (lives.length < this.#globs.length) return false;
    for (const file of lives) {
      const stat = await this.#options.disk.stat(file.found.path).catch(() => undefined);
      if (stat === undefined || keyOf(stat) !== file.key) return false;
      file.see({ ...file.found, stat }, this.#options.clock.now());
      if (!(await this.#check(file)) || file.isUnknown) return false;
    }
    return true;
  }

  /**
   * Looks at all files; what cannot be looked at stays as it was.
   * @throws Failure `disk` at the very first start: what was there then, and is not read, must be known
   */
  async discover(): Promise<void> {
    const { files, notFiles, failures } = await findFiles(this.#options.disk, this.#globs);
    const [first] = failures;
    if (this.#isFirstStart && first !== undefined) throw first.error;
    this.#tellFailures(failures);
    this.reports.areNoFiles(notFiles);
    await this.#seeKnown(files, failures);
    for (const position of this.#left.takeGone(failures)) this.#retire(position);
    await this.#identifyUnknown(files.filter(({ log }) => !isUnseen(log, failures)));
    this.#tellLosses();
    await this.#dropGone();
    this.#sort(files);
    if (this.#isFirstStart) this.rosterChanged = true;
    this.#isFirstStart = false;
  }

  /** Counts and logs what failed about a file and leaves the file alone for a while. */
  failed(file: FoundFile, error: unknown): void {
    const pauseMs = this.#backoff.fail(keyOf(file.stat), this.#options.clock.now());
    this.reports.failed(file.path, error, pauseMs);
  }

  succeeded(file: TailedFile): void {
    this.#backoff.succeed(file.key);
  }

  /** Closes the files that have nothing to read: archives at once, logs when they rest for `restMs`. */
  async closeResting(restMs: number): Promise<void> {
    const now = this.#options.clock.now();
    for (const file of this.#tracked.values()) {
      const rests = !file.found.isLive || now - file.changedAt >= restMs;
      if (file.isOpen && rests && !file.hasMore && file.missed === 0) await file.close();
    }
  }

  async close(): Promise<void> {
    for (const file of this.#tracked.values()) await file.close();
  }

  #tellFailures(failures: readonly LookFailure[]): void {
    const now = this.#options.clock.now();
    for (const { path, error } of failures) {
      if (!this.#backoff.isPaused(path, now)) this.reports.failed(path, error, this.#backoff.fail(path, now));
    }
  }

  async #seeKnown(files: readonly FoundFile[], failures: readonly LookFailure[]): Promise<void> {
    for (const file of this.#tracked.values()) if (!isUnseen(file.found.path, failures)) file.missed++;
    for (const found of files) {
      const key = keyOf(found.stat);
      const position = this.#left.take(found);
      if (position !== undefined) this.#resume(found, position);
      this.#tracked.get(key)?.see(found, this.#options.clock.now());
    }
    for (const file of this.#tracked.values()) {
      if (file.missed > 0) await file.seeOpen();
      if (file.missed === 0 || file.isOpen) await this.#check(file);
    }
  }

  #resume(found: FoundFile, position: FilePosition): void {
    const file = this.#newFile(found);
    file.resume(position);
    // How large it was when it was seen last is not known: should it be another, nothing is taken for lost.
    file.lastSize = position.offset;
    this.#tracked.set(file.key, file);
  }

  #newFile(found: FoundFile): TailedFile {
    return new TailedFile(found, this.#newParser(), this.#options.clock.now());
  }

  #newParser(): LineParser {
    return this.#options.collector.createParser(this.#options.target, this.#options.isSource);
  }

  /** Looks at a changed file's beginning; false when it was truncated or replaced in place. */
  async #check(file: TailedFile): Promise<boolean> {
    if (file.isChecked || this.#backoff.isPaused(file.key, this.#options.clock.now())) return true;
    try {
      return await this.#checkHead(file);
    } catch (error) {
      this.failed(file.found, error);
    }
    return true;
  }

  async #checkHead(file: TailedFile): Promise<boolean> {
    const { disk } = this.#options;
    const head = await file.readHead(disk);
    if (head === undefined) return true;
    if (encodingOf(head) !== 'utf16') file.refusal = undefined;
    const same = file.position === undefined || (await file.wasReadTo(file.position, head, disk));
    if (same) file.growFingerprint(head);
    else this.#beginAnew(file);
    file.markChecked();
    return same;
  }

  #beginAnew(file: TailedFile): void {
    if (file.position !== undefined) this.#retire(file.position, file.lastSize);
    this.reports.truncated(file.found.path);
    file.restart(this.#newParser());
    this.rosterChanged = true;
  }

  /** Logs first: an archive may be the copy of one; while that cannot be looked at, nobody knows of what. */
  async #identifyUnknown(files: readonly FoundFile[]): Promise<void> {
    const begun = [...this.#tracked.values()].filter((file) => file.isUnknown);
    const unseen = files
      .filter((found) => !this.#tracked.has(keyOf(found.stat)))
      .map((found) => this.#newFile(found));
    const unknown = [...begun, ...unseen];
    unknown.sort((a, b) => Number(b.found.isLive) - Number(a.found.isLive));
    for (const file of unknown) {
      if (!this.#backoff.isPaused(file.key, this.#options.clock.now())) await this.#identify(file);
    }
  }

  async #identify(file: TailedFile): Promise<void> {
    try {
      const head = await file.readHead(this.#options.disk);
      if (head === undefined) return;
      if (!(await this.#recognise(file, head))) return await this.#letGo(file);
      file.markChecked();
      this.#tracked.set(file.key, file);
    } catch (error) {
      await file.close();
      this.failed(file.found, error);
    }
  }

  /** Finds out what an unknown file is; false for the copy of one that is followed. */
  async #recognise(file: TailedFile, head: Uint8Array): Promise<boolean> {
    const found = this.#isFirstStart
      ? 'new'
      : await this.#recognition.recognise(file, head, this.#tracked.values());
    if (found === 'known') this.rosterChanged = true;
    if (found === 'new') await this.#begin(file, head, this.#isFirstStart);
    return found !== 'copy';
  }

  async #letGo(file: TailedFile): Promise<void> {
    this.#tracked.delete(file.key);
    this.#orphanedRefused += file.uncommittedRefused;
    await file.close();
  }

  /** Gives a file its identity, once it has enough bytes to tell what it is. */
  async #begin(file: TailedFile, head: Uint8Array, wasThereBefore: boolean): Promise<void> {
    const position = await firstPosition(this.#options, file, head, wasThereBefore);
    if (position === 'too-short') return;
    if (position === 'utf16') {
      if (file.refusal === undefined) this.reports.isUtf16(file.found.path);
      file.refusal = 'UTF-16';
      return;
    }
    file.resume(position);
    this.rosterChanged = true;
  }

  #retire(position: FilePosition, lastSize = position.offset): void {
    this.#retired.add({ position, lastSize });
  }

  #tellLosses(): void {
    for (const { position, lastSize } of this.#retired.takeLosses()) {
      this.reports.lost(lastSize - position.offset, position.path);
    }
  }

  async #dropGone(): Promise<void> {
    for (const file of this.#tracked.values()) {
      if (file.missed < MISSES_UNTIL_GONE || (file.isOpen && file.hasMore)) continue;
      if (file.position !== undefined) this.#retire(file.position, file.size);
      this.rosterChanged = true;
      await this.#letGo(file);
    }
  }

  /** Oldest first; files that were not seen, be it that they have no name any more, are older than those that were. */
  #sort(files: readonly FoundFile[]): void {
    const present = new Map(
      files.flatMap((found): [string, TailedFile][] => {
        const file = this.#tracked.get(keyOf(found.stat));
        return file === undefined ? [] : [[file.key, file]];
      }),
    );
    const others = [...this.#tracked].filter(([key]) => !present.has(key));
    this.#tracked = new Map([...others, ...present]);
  }
}
