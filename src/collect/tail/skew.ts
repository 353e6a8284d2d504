import type { ColumnBatch } from '../../model/column-batch.ts';

/** Clocks may be so far apart, ms; writers may hold lines back for so long. */
const TOLERANCE_MS = 30_000;
/** Farther off is no clock: somebody appends old lines, or a date is broken. */
const LIMIT_MS = 24 * 3_600_000;

/** What was found to be off. */
export interface Skew {
  readonly events: number;
  /** By how much the newest stamp is ahead of the agent's clock, ms; negative when it is behind. */
  readonly ms: number;
}

/**
 * Gives events whose stamps cannot be right the time of their arrival: those over 30 s ahead of `now`, and all, where
 * even the newest is over 30 s older than the earliest moment at which it can have been written.
 * @param writtenSince that moment, ms; `-Infinity` where nobody knows
 */
export function correctSkew(columns: ColumnBatch, now: number, writtenSince: number): Skew | undefined {
  const newest = newestOf(columns);
  const isAhead = newest > now + TOLERANCE_MS;
  const isBehind = newest < Math.min(writtenSince, now) - TOLERANCE_MS;
  if ((!isAhead && !isBehind) || Math.abs(newest - now) > LIMIT_MS) return undefined;
  const from = isAhead ? now + TOLERANCE_MS : now - LIMIT_MS;
  return { events: setTimes(columns, from, now), ms: newest - now };
}

function newestOf(columns: ColumnBatch): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { times, rows } of columns.tables()) {
    for (let row = 0; row < rows; row++) newest = Math.max(newest, times[row] ?? newest);
  }
  return newest;
}

/** Sets times later than `from`; how many there were. */
function setTimes(columns: ColumnBatch, from: number, time: number): number {
  let events = 0;
  for (const { times, rows } of columns.tables()) {
    for (let row = 0; row < rows; row++) {
      if (!((times[row] ?? from) > from)) continue;
      times[row] = time;
      events++;
    }
  }
  return events;
}
