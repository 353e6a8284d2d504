import { isStale } from '../../model/series.ts';
import type { Block } from './block.ts';
import type { HeadSeries } from './head-series.ts';
import type { HeadWindow } from './head-window.ts';
import type { BirthRecord, BlockRecord, LogRecord, TickRecord } from './log-record.ts';

/** Applies a record of the log to a window. What it refers to may be lost with a damaged segment: it is left out then. */
export function applyRecord(window: HeadWindow, record: LogRecord): void {
  switch (record.type) {
    case 'block':
      applyBlock(window, record);
      break;
    case 'birth':
      applyBirth(window, record);
      break;
    case 'tick':
      applyTick(window, record);
      break;
  }
}

/** The records that make an empty window know the blocks and series of this one, without samples. */
export function* definitions(window: HeadWindow): Iterable<LogRecord> {
  for (const block of window.blocks()) {
    yield blockRecord(block);
    for (const series of block.series.values()) yield birthRecord(series, false);
  }
}

/** What the log says of a block's beginning. */
export function blockRecord({ id, kind, source, tenant }: Block): BlockRecord {
  return { type: 'block', id, kind, source, tenant };
}

/** `zero`: it got a 0 at the tick before the open one. */
export function birthRecord({ block, number, latest, labels }: HeadSeries, zero: boolean): BirthRecord {
  return { type: 'birth', block: block.id, number, zero, latest, labels };
}

function applyBlock(window: HeadWindow, { id, kind, source, tenant }: BlockRecord): void {
  if (window.blockById(id) !== undefined) return;
  const block = window.block(kind, source, tenant, id);
  if (block.id === id) return;
  // The block had left the window and came back as a new one.
  window.drop(block);
  window.block(kind, source, tenant, id);
}

function applyBirth(window: HeadWindow, record: BirthRecord): void {
  const block = window.blockById(record.block);
  if (block === undefined || block.series.has(record.number)) return;
  const series = window.bear(block, record.labels, record.number);
  if (record.zero && block.end > block.first) series.put(block.end - 1, 0);
  else series.latest = record.latest;
}

function applyTick(window: HeadWindow, record: TickRecord): void {
  const block = window.blockById(record.block);
  if (block === undefined || !Number.isFinite(record.time)) return;
  block.rewind(record.time);
  block.begin(record.time, record.time - window.windowMs);
  for (const [i, number] of record.numbers.entries()) {
    const series = block.series.get(number);
    if (series === undefined) continue;
    if (isStale(record.values, i)) block.putStale(series);
    else block.put(series, record.values[i] ?? Number.NaN);
  }
  block.finish(record.fill, record.span);
}
