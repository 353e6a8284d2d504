import type { Dice } from './dice.ts';
import type { DirectoryTree } from './directory-tree.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { WrittenLine, WrittenLines } from './written-lines.ts';

export const LOG_DIRECTORY = '/logs';
/** Longer lines are refused by the tailer. */
export const MAX_LINE_BYTES = 400;

/** How a server and its rotation treat a log; the files themselves never lose what was written. */
export interface LogManner {
  readonly name: string;
  /** `Octo.0.txt`, `Octo.txt.1` or `Octo.<stamp>.txt`. */
  readonly archives: 'numbers' | 'suffixes' | 'stamps';
  readonly keep: number;
  readonly lineEnd: '\n' | '\r\n';
}

export interface SimulatedLogOptions {
  readonly index: number;
  readonly manner: LogManner;
  readonly tree: DirectoryTree;
  readonly time: SimulatedTime;
  readonly lines: WrittenLines;
}

/** A log file, who writes it and who rotates it. Rotations take their time, and the writer waits for them. */
export class SimulatedLog {
  readonly #options: SimulatedLogOptions;
  #next = 0;
  /** What is written of a line that is not ended. */
  #half = '';
  #busyUntil = 0;
  #rotations = 0;
  #stamps: string[] = [];

  constructor(options: SimulatedLogOptions) {
    this.#options = options;
  }

  get path(): string {
    return `${LOG_DIRECTORY}/${this.#options.manner.name}`;
  }

  /** Does something as soon as no rotation is under way. */
  whenFree(work: () => void): void {
    const { time } = this.#options;
    const wait = this.#busyUntil - time.now;
    if (wait <= 0) work();
    else time.after(wait + 0.01, () => this.whenFree(work));
  }

  append(dice: Dice, count: number, fate: WrittenLine['fate'] = 'stored'): void {
    for (let i = 0; i < count; i++) this.#appendOne(dice, fate);
  }

  /** Begins a line, or goes on with it. */
  appendHalf(): void {
    const text = this.#half === '' ? `${this.#stampOf(this.#next)} half` : ' and on';
    this.#half += text;
    this.#write(this.path, text);
  }

  /** Ends a line that is not ended. */
  finish(dice: Dice): void {
    if (this.#half !== '') this.#appendOne(dice, 'stored');
  }

  /** Between lines, as NLog does it: archives move up by one, the log becomes the first of them. */
  rotate(dice: Dice): void {
    this.finish(dice);
    const archive = this.#nextArchive();
    const moves = this.#shifts().map(
      ([from, to]) =>
        () =>
          this.#move(from, to),
    );
    this.#inTurn(dice, [...moves, () => this.#move(this.path, archive), () => this.#prune()]);
  }

  /** As logrotate does it; what is appended between copy and truncation is destroyed unread, if nobody was quick. */
  copyAndTruncate(dice: Dice): void {
    this.finish(dice);
    const archive = this.#nextArchive();
    const moves = this.#shifts().map(
      ([from, to]) =>
        () =>
          this.#move(from, to),
    );
    this.#inTurn(dice, [
      ...moves,
      () => this.#copy(this.path, archive),
      () => (dice.chance(0.4) ? this.append(dice, dice.integer(1, 3)) : undefined),
      () => this.truncate(),
      () => this.#prune(),
    ]);
  }

  truncate(): void {
    const inode = this.#options.tree.find(this.path);
    if (inode === undefined) return;
    this.#half = '';
    this.#options.lines.count(inode.content, -1);
    inode.truncate(0);
    this.#touch(this.path);
  }

  remove(path = this.path): void {
    const { tree, lines } = this.#options;
    const inode = tree.find(path);
    if (inode === undefined) return;
    if (path === this.path) this.#half = '';
    lines.count(inode.content, -1);
    tree.remove(path);
  }

  #stampOf(number: number): string {
    return `2026-11-21 06:00:00.${String(number).padStart(4, '0')} log ${this.#options.index}`;
  }

  #appendOne(dice: Dice, wanted: WrittenLine['fate']): void {
    const { lines, index, manner } = this.#options;
    const number = this.#next++;
    const fate = this.#half === '' ? wanted : 'stored';
    const rest = this.#half === '' ? this.#text(dice, number, fate) : ' ended';
    const text = this.#half + rest;
    this.#half = '';
    this.#write(this.path, rest + manner.lineEnd);
    lines.add({ text, log: index, number, fate });
  }

  #text(dice: Dice, number: number, fate: WrittenLine['fate']): string {
    const stamp = this.#stampOf(number);
    if (fate === 'refused') return `${stamp} long ${'x'.repeat(MAX_LINE_BYTES + dice.integer(0, 900))}`;
    return `${stamp} ${fate === 'stored' ? 'line' : 'poison'} ${'y'.repeat(dice.integer(0, 90))}`;
  }

  #write(path: string, text: string): void {
    const { tree, time } = this.#options;
    const inode = tree.find(path) ?? tree.create(path, time.wall);
    inode.append(Buffer.from(text, 'latin1'));
    this.#touch(path);
  }

  #touch(path: string): void {
    const inode = this.#options.tree.find(path);
    // Two changes never have one time, as on file systems that count nanoseconds.
    if (inode !== undefined) inode.modifiedMs = Math.max(this.#options.time.wall, inode.modifiedMs + 0.001);
  }

  #move(from: string, to: string): void {
    const { tree, lines } = this.#options;
    if (tree.find(from) === undefined) return;
    const replaced = tree.find(to);
    if (replaced !== undefined) lines.count(replaced.content, -1);
    tree.rename(from, to);
  }

  #copy(from: string, to: string): void {
    const { tree, lines } = this.#options;
    const content = tree.find(from)?.content;
    if (content === undefined) return;
    this.remove(to);
    lines.count(content, 1);
    this.#write(to, content.toString('latin1'));
  }

  /** Renames from the oldest archive on; none where archives keep their names. */
  #shifts(): [string, string][] {
    const { archives, keep } = this.#options.manner;
    if (archives === 'stamps') return [];
    return Array.from({ length: keep }, (_, i) => [this.#archive(keep - 1 - i), this.#archive(keep - i)]);
  }

  #nextArchive(): string {
    if (this.#options.manner.archives !== 'stamps') return this.#archive(0);
    const path = this.path.replace(/\.txt$/, `.2026-11-${String(++this.#rotations).padStart(3, '0')}.txt`);
    this.#stamps.push(path);
    return path;
  }

  #archive(number: number): string {
    const { archives } = this.#options.manner;
    return archives === 'numbers'
      ? this.path.replace(/\.txt$/, `.${number}.txt`)
      : `${this.path}.${number + 1}`;
  }

  #prune(): void {
    const { archives, keep } = this.#options.manner;
    if (archives !== 'stamps') return this.remove(this.#archive(keep));
    for (const path of this.#stamps.splice(0, this.#stamps.length - keep)) this.remove(path);
  }

  /** Does one thing after another, mostly with time to look in between. */
  #inTurn(dice: Dice, works: readonly (() => void)[]): void {
    const { time } = this.#options;
    const slow = dice.chance(0.5) ? 40 : 0;
    let at = 0;
    for (const work of works) {
      at += dice.next() * slow;
      if (at === 0) work();
      else time.after(at, work);
    }
    this.#busyUntil = time.now + at;
  }
}
