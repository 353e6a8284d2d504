import type { Disk, DiskFile } from '../../model/ports.ts';
import type { LineParser } from '../contract.ts';
import { hasReadLine, isBeginning, withCheckpoints } from './checkpoints.ts';
import { endingOf, ENDING_BYTES, hasEnding, readBefore } from './ending.ts';
import type { FilePosition } from './file-position.ts';
import { FINGERPRINT_BYTES, fingerprintOf, hasFingerprint } from './fingerprint.ts';
import { keyOf, type FoundFile } from './found-files.ts';
import { readFully } from './read-fully.ts';

/** One inode that is followed, under whatever name it has now. */
export class TailedFile {
  readonly key: string;
  readonly device: number;
  readonly inode: number;
  found: FoundFile;
  size: number;
  /** Undefined while the file is too short to tell what it is. */
  position: FilePosition | undefined;
  parser: LineParser;
  /** How often in a row it was looked for and not found. */
  missed = 0;
  /** Why it is not read, where it is not. */
  refusal: string | undefined;
  /** Bytes read since the position was last committed. */
  uncommitted = 0;
  /** Lines refused since the position was last committed. */
  uncommittedRefused = 0;
  /** How often the inode began anew. */
  generation = 0;
  /** The size before the last change. */
  lastSize: number;
  /** When it last grew. */
  changedAt: number;
  /** Everything that is unread now was written after it, ms. */
  writtenSince = Number.NEGATIVE_INFINITY;
  #seenAt = Number.NEGATIVE_INFINITY;
  #handle: DiskFile | undefined;
  #checked = '';
  #isDoubtful = false;
  /** The size up to which there is no whole line more. */
  #waitingAt = -1;

  constructor(found: FoundFile, parser: LineParser, now: number) {
    this.key = keyOf(found.stat);
    this.device = found.stat.device;
    this.inode = found.stat.inode;
    this.found = found;
    this.size = found.stat.size;
    this.lastSize = this.size;
    this.parser = parser;
    this.changedAt = now;
  }

  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  /** Whether there is something, and nobody knows yet what. */
  get isUnknown(): boolean {
    return this.position === undefined && this.refusal === undefined && this.size > 0;
  }

  /** Whether there may be a whole line to read. */
  get hasMore(): boolean {
    if (this.position === undefined || this.refusal !== undefined || this.#isDoubtful) return false;
    return this.size > this.position.offset && this.size !== this.#waitingAt;
  }

  get #isReadToItsEnd(): boolean {
    return this.position !== undefined && this.refusal === undefined && !this.hasMore;
  }

  /** Goes on from a position. */
  resume(position: FilePosition): void {
    this.position = position;
    this.generation = position.generation;
    this.refusal = undefined;
    if (position.lastTime > 0) this.parser.lastTime = position.lastTime;
  }

  /** Takes over where and how large the file is now. */
  see(found: FoundFile, now: number): void {
    if (this.#isReadToItsEnd) this.writtenSince = this.#seenAt;
    this.#seenAt = now;
    if (found.stat.size !== this.size) {
      this.changedAt = now;
      this.lastSize = this.size;
    }
    // Under its new name it can be opened, where the old one led to another file.
    if (found.path !== this.found.path) this.#waitingAt = -1;
    this.found = found;
    this.size = found.stat.size;
    this.missed = 0;
  }

  /** Notes that so many bytes of lines were parsed, the last ones of `block`. */
  advance(bytes: number, block: Uint8Array): void {
    const lastTime = this.parser.lastTime ?? 0;
    this.#moveOn(bytes, block, { skipping: false, lastTime });
  }

  /** Notes that so many bytes of a line that is too long were passed over, the last ones of `block`. */
  skip(bytes: number, block: Uint8Array, ended: boolean): void {
    this.#moveOn(bytes, block, { skipping: !ended });
  }

  /** Notes that all that is there now begins a line that is not ended. */
  waitForMore(): void {
    this.#waitingAt = this.size;
  }

  /**
   * Opens the file if it is not; undefined when another file has taken its place.
   * @throws Failure `disk` or `not_found`
   */
  async open(disk: Disk): Promise<DiskFile | undefined> {
    if (this.#handle !== undefined) return this.#handle;
    const handle = await disk.open(this.found.path, 'read');
    try {
      const stat = await handle.stat();
      if (keyOf(stat) === this.key && stat.kind === 'file') this.#handle = handle;
    } finally {
      if (this.#handle === undefined) await handle.close();
    }
    return this.#handle;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  /** Refreshes the size of a file that has no name any more. */
  async seeOpen(): Promise<void> {
    if (this.#handle !== undefined) this.size = (await this.#handle.stat()).size;
  }

  /** Whether size and time are those of the last check, so that the content need not be looked at. */
  get isChecked(): boolean {
    return this.#checked === this.#state();
  }

  markChecked(): void {
    this.#checked = this.#state();
    this.#isDoubtful = false;
  }

  /** Not read any more until it was looked at again: it is not what it was. */
  doubt(): void {
    this.#checked = '';
    this.#isDoubtful = true;
  }

  /** The first bytes; undefined when another file has taken its place. */
  async readHead(disk: Disk): Promise<Uint8Array | undefined> {
    if (this.size === 0) return new Uint8Array(0);
    const handle = await this.open(disk);
    if (handle === undefined) return undefined;
    const head = new Uint8Array(FINGERPRINT_BYTES);
    return head.subarray(0, await readFully(handle, head, 0));
  }

  /** Whether the file, which begins with `head`, was read up to `position`. */
  async wasReadTo(
    { offset, fingerprint, ending, checkpoints }: FilePosition,
    head: Uint8Array,
    disk: Disk,
  ): Promise<boolean> {
    // The fingerprint may be of more than was read, and more than a copy has: then the last line that was read tells.
    const isShort = !this.found.isLive && head.length < fingerprint.length;
    if (this.size < offset || (isShort ? offset === 0 : !hasFingerprint(head, fingerprint))) return false;
    const handle = offset === 0 ? undefined : await this.open(disk);
    if (handle === undefined) return true;
    return isShort ? hasReadLine(handle, offset, checkpoints) : hasEnding(handle, offset, ending);
  }

  /**
   * Whether the file, which begins with `head`, is a beginning of what was read up to `position`, and ends before:
   * nothing of its whole lines is left to read.
   */
  async wasReadBeyond(
    { offset, fingerprint, checkpoints }: FilePosition,
    head: Uint8Array,
    disk: Disk,
  ): Promise<boolean> {
    if (this.size >= offset) return false;
    // Of a file that is shorter than its original was when that was fingerprinted, its end alone tells all.
    if (head.length >= fingerprint.length && !hasFingerprint(head, fingerprint)) return false;
    const handle = await this.open(disk);
    return handle !== undefined && isBeginning(handle, this.size, checkpoints);
  }

  /** Whether `other` has the same bytes where this file ends. */
  async endsAs(other: DiskFile, disk: Disk): Promise<boolean> {
    const handle = await this.open(disk);
    if (handle === undefined) return false;
    return hasEnding(other, this.size, endingOf(await readBefore(handle, this.size, ENDING_BYTES)));
  }

  /** Lets the fingerprint be as long as the file is. */
  growFingerprint(head: Uint8Array): void {
    const { position } = this;
    if (position === undefined || head.length === position.fingerprint.length) return;
    this.position = { ...position, fingerprint: fingerprintOf(head) };
  }

  /** Begins anew: the content is another. */
  restart(parser: LineParser): void {
    this.position = undefined;
    this.parser = parser;
    this.generation++;
    this.refusal = undefined;
    this.uncommitted = 0;
    this.writtenSince = Number.NEGATIVE_INFINITY;
    this.#waitingAt = -1;
    this.#checked = '';
  }

  #moveOn(bytes: number, block: Uint8Array, change: Partial<FilePosition>): void {
    if (this.position === undefined) return;
    const offset = this.position.offset + bytes;
    const checkpoints = withCheckpoints(this.position.checkpoints, block, bytes, offset);
    const ending = endingOf(block);
    this.position = { ...this.position, ...change, offset, ending, checkpoints, path: this.found.path };
    this.size = Math.max(this.size, offset);
    this.uncommitted += bytes;
  }

  #state(): string {
    return `${this.size}@${this.found.stat.modifiedMs}`;
  }
}
