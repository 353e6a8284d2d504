import type { Disk, DiskFile } from '../../model/ports.ts';
import { endingOf, ENDING_BYTES, readBefore } from './ending.ts';
import type { FilePosition } from './file-position.ts';
import { fingerprintOf, isTelling, shortHash } from './fingerprint.ts';
import { isWhereItWas } from './is-where-it-was.ts';
import { endOfLines } from './line-reader.ts';
import type { RetiredFiles } from './retired-files.ts';
import type { TailerOptions } from './tail-options.ts';
import type { TailReports } from './tail-reports.ts';
import type { TailedFile } from './tailed-file.ts';

/** What an unknown file is: one that was read before, the copy of one that is followed, or neither. */
export type Recognised = 'known' | 'copy' | 'new';

/** Tells files by their content, which outlives names and inodes. */
export class Recognition {
  readonly #options: TailerOptions;
  readonly #retired: RetiredFiles;
  readonly #reports: TailReports;

  constructor(options: TailerOptions, retired: RetiredFiles, reports: TailReports) {
    this.#options = options;
    this.#retired = retired;
    this.#reports = reports;
  }

  /** What `file`, which begins with `head`, is; one that is known goes on where it ended. @throws Failure `disk` */
  async recognise(file: TailedFile, head: Uint8Array, followed: Iterable<TailedFile>): Promise<Recognised> {
    if (await this.#resume(file, head)) return 'known';
    if (await this.#isReadCopy(file, head)) return 'known';
    for (const other of followed) {
      if (await this.#isCopy(file, head, other)) return 'copy';
    }
    return 'new';
  }

  async #resume(file: TailedFile, head: Uint8Array): Promise<boolean> {
    for (const origin of this.#retired.lastFirst) {
      const { position, lastSize } = origin;
      if (!isTelling(position.fingerprint)) continue;
      if (!(await file.wasReadTo(position, head, this.#options.disk))) continue;
      this.#retired.remove(origin);
      const { path, stat } = file.found;
      const { device, inode, bornMs = 0 } = stat;
      file.resume({ ...position, device, inode, bornMs, path });
      file.growFingerprint(head);
      this.#reports.lost(lastSize - file.size, position.path);
      return true;
    }
    return false;
  }

  /**
   * Whether the file is a copy that was made before the last reads of a file that was truncated then: what went on
   * being written to that one while it was copied was read, and is not in here. Only a half line is left, if any.
   */
  async #isReadCopy(file: TailedFile, head: Uint8Array): Promise<boolean> {
    if (file.found.isLive) return false;
    const { disk } = this.#options;
    for (const { position } of this.#retired.lastFirst) {
      if (!(await file.wasReadBeyond(position, head, disk))) continue;
      const handle = await file.open(disk);
      if (handle === undefined) continue;
      const { path, stat } = file.found;
      const { device, inode, bornMs = 0 } = stat;
      const end = await endOfLines(handle, file.size);
      const ending = endingOf(await readBefore(handle, end.offset, ENDING_BYTES));
      // Of its own: under the old one the offset of the file it was copied from is committed.
      const identity = shortHash(`${position.identity}\0copy\0${end.offset}`);
      const fingerprint = fingerprintOf(head);
      file.resume({ ...position, ...end, identity, device, inode, bornMs, path, fingerprint, ending });
      return true;
    }
    return false;
  }

  /**
   * Whether the file is one that is followed under another name: the beginning of it, or what it was until a moment
   * ago. A new file at the name of a log whose content lives on under another name is none: that was a rotation.
   */
  async #isCopy(file: TailedFile, head: Uint8Array, other: TailedFile): Promise<boolean> {
    const { position } = other;
    if (other === file || other.found.log !== file.found.log || position === undefined) return false;
    if (file.found.isLive && other.missed === 0 && !other.found.isLive) return false;
    const { disk } = this.#options;
    const original = other.missed > 0 ? undefined : await other.open(disk).catch(() => undefined);
    if (original !== undefined && (await isPartOf(file, head, original, disk))) return true;
    // Looked at last: it may have been truncated a moment ago.
    if (original !== undefined && (await isAsItWas(original, position))) return false;
    if (!isTelling(position.fingerprint)) return false;
    return (
      (await file.wasReadTo(position, head, disk)) ||
      (!file.found.isLive && file.wasReadBeyond(position, head, disk))
    );
  }
}

/** Whether a file, which begins with `head`, is the beginning of another, as that is now. */
async function isPartOf(
  file: TailedFile,
  head: Uint8Array,
  original: DiskFile,
  disk: Disk,
): Promise<boolean> {
  const { size } = await original.stat();
  return file.size <= size && (await beginsWith(original, head)) && file.endsAs(original, disk);
}

async function isAsItWas(file: DiskFile, position: FilePosition): Promise<boolean> {
  const { size } = await file.stat();
  return size >= position.offset && isWhereItWas(file, position);
}

async function beginsWith(file: DiskFile, head: Uint8Array): Promise<boolean> {
  return isTelling(head) && Buffer.compare(await readBefore(file, head.length, head.length), head) === 0;
}
