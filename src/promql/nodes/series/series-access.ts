import type { Matcher } from '../../../model/matcher.ts';
import type { Selection } from '../../../model/selection.ts';
import type { SeriesReader, TimeRange } from '../../../model/series.ts';
import type { PlanFrame } from '../frames.ts';
import type { QueryContext } from '../query-context.ts';
import type { ReadColumn } from './column-windows.ts';
import { copyNewest, copySeries } from './read-columns.ts';
import { SelectedFrame } from './selected-frame.ts';
import { StablePositions } from './stable-positions.ts';
import { StaticSelection } from './static-selection.ts';

/** Where a node has its series from. */
export interface SeriesSource {
  readonly frame: PlanFrame;
  /** Whether samples were taken out of the budget as they were read; else whoever looks at them does it. */
  readonly isPaid: boolean;
  /** The series at the time of an evaluation. @param range what will be looked at, both ends included */
  open(range: TimeRange): Selection;
}

/**
 * How a plan gets the series that a selector names.
 * @param range what all evaluations together look at, where that is known
 * @param newestOnly whether only the newest sample of each series counts, as the range is that of one instant
 */
export type SeriesAccess = (
  matchers: readonly Matcher[],
  range: TimeRange | undefined,
  newestOnly: boolean,
) => SeriesSource;

/** For a plan that is kept: series are followed, or read again at each evaluation where the reader cannot follow. */
export function keptSeries(reader: SeriesReader, context: QueryContext): SeriesAccess {
  return (matchers, _range, newestOnly) => {
    if (reader.follow === undefined) return rereadSeries(reader, context, matchers, newestOnly);
    const selection = reader.follow(matchers);
    return {
      frame: new SelectedFrame(selection),
      isPaid: false,
      open() {
        selection.refresh();
        return selection;
      },
    };
  };
}

function rereadSeries(
  reader: SeriesReader,
  context: QueryContext,
  matchers: readonly Matcher[],
  newestOnly: boolean,
): SeriesSource {
  const positions = new StablePositions();
  const selection = new StaticSelection([]);
  return {
    frame: new SelectedFrame(selection),
    isPaid: true,
    open(range) {
      const columns = positions.align(readColumns(reader, context, { matchers, range, newestOnly }));
      selection.replace(columns, positions.epoch);
      return selection;
    },
  };
}

/** For a plan of one query: what it looks at is read once, however many nodes ask for it. */
export interface SeriesOnce {
  readonly access: SeriesAccess;
  /** Reads what the nodes of the plan will ask for, and yields after each series; without it they read it themselves. */
  read(): Generator<void>;
}

/** Reads each selection once, at its first use or before (`read`). */
export function seriesOnce(reader: SeriesReader, context: QueryContext): SeriesOnce {
  const known = new Map<string, readonly ReadColumn[]>();
  const wishes = new Map<string, Wish>();

  function columnsOf(key: string, wish: Wish): readonly ReadColumn[] {
    const columns = known.get(key) ?? readColumns(reader, context, wish);
    known.set(key, columns);
    return columns;
  }

  function access(
    matchers: Wish['matchers'],
    range: TimeRange | undefined,
    newestOnly: boolean,
  ): SeriesSource {
    if (range === undefined) throw new TypeError('a query of its own knows its times');
    const wish = { matchers, range, newestOnly };
    const key = keyOf(wish);
    wishes.set(key, wish);
    const frame = new SelectedFrame();
    let selection: StaticSelection | undefined;
    return {
      frame,
      isPaid: true,
      open() {
        if (selection === undefined) frame.show((selection = new StaticSelection(columnsOf(key, wish))));
        return selection;
      },
    };
  }

  return {
    access,
    *read() {
      for (const [key, wish] of wishes) {
        const columns: ReadColumn[] = [];
        for (const column of columnsRead(reader, context, wish)) {
          columns.push(column);
          yield;
        }
        known.set(key, columns);
      }
    },
  };
}

interface Wish {
  readonly matchers: readonly Matcher[];
  readonly range: TimeRange;
  readonly newestOnly: boolean;
}

function keyOf({ matchers, range, newestOnly }: Wish): string {
  const conditions = matchers.map(({ name, operator, value }) => [name, operator, value]);
  return JSON.stringify([range.start, range.end, newestOnly, conditions]);
}

function readColumns(reader: SeriesReader, context: QueryContext, wish: Wish): ReadColumn[] {
  return Array.from(columnsRead(reader, context, wish));
}

function* columnsRead(
  reader: SeriesReader,
  context: QueryContext,
  { matchers, range, newestOnly }: Wish,
): Iterable<ReadColumn> {
  context.check();
  for (const series of reader.select(matchers, range)) {
    const column = newestOnly ? copyNewest(series) : copySeries(series);
    context.spend(column.length);
    yield column;
  }
}
