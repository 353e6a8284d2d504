import {
  isOtherInode,
  laterPosition,
  parsePosition,
  type FilePosition,
  type Roster,
} from './file-position.ts';
import { isUnseen, keyOf, type FoundFile, type LookFailure } from './found-files.ts';
import type { TailerOptions } from './tail-options.ts';

/** The files that the last run left and that were not found again so far. */
export class LeftFiles {
  readonly #byKey = new Map<string, FilePosition>();

  constructor(positions: readonly FilePosition[]) {
    for (const position of positions) this.#byKey.set(keyOf(position), position);
  }

  get positions(): readonly FilePosition[] {
    return [...this.#byKey.values()];
  }

  /** Takes out where a file goes on; undefined for one that was not left, or whose inode was used again. */
  take({ stat }: FoundFile): FilePosition | undefined {
    const position = this.#byKey.get(keyOf(stat));
    if (position === undefined || isOtherInode(position, stat.bornMs)) return undefined;
    this.#byKey.delete(keyOf(stat));
    return position;
  }

  /** Takes out what is not there any more; what could not be looked at may be. */
  takeGone(failures: readonly LookFailure[]): FilePosition[] {
    const gone = this.positions.filter(({ path }) => !isUnseen(path, failures));
    for (const position of gone) this.#byKey.delete(keyOf(position));
    return gone;
  }
}

/** A roster with the positions of its files as they were committed last. */
export function committedRoster(
  { files, retired }: Roster,
  sourceOf: (identity: string) => string,
  { positions }: Pick<TailerOptions, 'positions'>,
): Roster {
  const committed = (position: FilePosition): FilePosition =>
    laterPosition(position, parsePosition(positions(sourceOf(position.identity))));
  return { files: files.map(committed), retired: retired.map(committed) };
}
