import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../model/json.ts';

/** A place in the spool: before it stands what was written earlier. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
}

/** Where documents went, for the frames that were first handed out while it held. */
export interface Mark {
  readonly mark: JsonValue;
  /** No frame from here on was handed out while it held; absent for the one that holds now. */
  readonly until?: Place;
}

/** Marks kept at most. More only say less exactly which frames are to be looked for. */
const MAX_MARKS = 8;

export function isBefore(a: Place, b: Place): boolean {
  return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
}

/** The marks with `mark` as the one that holds from now on, all before `handedOut` having gone out under the others. */
export function withMark(marks: readonly Mark[], mark: JsonValue, handedOut: Place): readonly Mark[] {
  const last = marks.at(-1);
  if (last !== undefined && isDeepStrictEqual(last.mark, mark)) return marks;
  const ended = marks.map((known) => (known.until === undefined ? { ...known, until: handedOut } : known));
  return mergeOldest([...ended, { mark }]);
}

/** The marks that frames from `cursor` on may have gone out under. */
export function marksFrom(marks: readonly Mark[], cursor: Place): readonly Mark[] {
  const isNeeded = ({ until }: Mark): boolean => until === undefined || isBefore(cursor, until);
  return marks.every(isNeeded) ? marks : marks.filter(isNeeded);
}

/** The oldest mark that a frame at `place` may have gone out under. */
export function markAt(marks: readonly Mark[], place: Place): JsonValue | undefined {
  return marks.find(({ until }) => until === undefined || isBefore(place, until))?.mark;
}

/** An older mark holds for more frames rather than too many being kept: they are looked for in vain, not doubled. */
function mergeOldest(marks: readonly Mark[]): readonly Mark[] {
  const [oldest, next, ...others] = marks;
  if (marks.length <= MAX_MARKS || oldest === undefined || next?.until === undefined) return marks;
  return [{ mark: oldest.mark, until: next.until }, ...others];
}
