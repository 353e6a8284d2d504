import type { SeriesRequest } from '../../../model/history.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import type { Matcher } from '../../../model/matcher.ts';
import type { TimeRange } from '../../../model/series.ts';
import type { MetricSource } from './metric-source.ts';

/** What is read of one stream; no document is in two ranges. */
export interface StreamSearch {
  readonly stream: string;
  readonly sources: readonly MetricSource[];
  /** Rising, apart from each other. */
  readonly ranges: readonly TimeRange[];
  /** Documents with one of these values are enough, by dimension. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

interface Wish {
  readonly source: MetricSource;
  readonly request: SeriesRequest;
}

/** Alternatives without anything that means more than itself. */
const LITERALS = /^[\w-]+(?:\|[\w-]+)*$/;

/** The searches that bring what the requests ask for, one for each stream. */
export function planSearches(
  requests: readonly SeriesRequest[],
  sources: readonly MetricSource[],
): StreamSearch[] {
  const wishes = requests.flatMap((request) => {
    const names = request.matchers.filter(({ name }) => name === METRIC_NAME);
    const isNamed = pinnedValues(METRIC_NAME, names) !== undefined;
    // All that was ever scraped is too much to look through.
    const asked = sources.filter(({ name, samples }) =>
      samples?.name === undefined ? names.every((matcher) => matcher.matches(name)) : isNamed,
    );
    return asked.map((source) => ({ source, request }));
  });
  const byStream = Map.groupBy(wishes, ({ source }) => source.stream);
  return Array.from(byStream, ([stream, asked]) => ({
    stream,
    sources: [...new Set(asked.map(({ source }) => source))],
    ranges: joinRanges(asked.map(rangeOf)),
    values: commonValues(asked),
  }));
}

/** A rollup tells at its window's end what was added since its beginning. */
function rangeOf({ source: { windowMs = 0 }, request: { range } }: Wish): TimeRange {
  return { start: range.start - windowMs, end: range.end };
}

/** Ranges that overlap become one. */
export function joinRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || range.start > last.end) joined.push(range);
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return joined;
}

/** The values of each dimension that all wishes pin to some. */
function commonValues(wishes: readonly Wish[]): Record<string, readonly string[]> {
  const source = wishes[0]?.source;
  const values: Record<string, readonly string[]> = {};
  for (const label of source?.labels ?? []) {
    const pinned = pinnedByAll(wishes, label);
    if (pinned !== undefined) values[label] = pinned;
  }
  const name = source?.samples?.name;
  const names = name === undefined ? undefined : pinnedByAll(wishes, METRIC_NAME);
  return name === undefined || names === undefined ? values : { ...values, [name]: names };
}

function pinnedByAll(wishes: readonly Wish[], label: string): readonly string[] | undefined {
  const pinned = wishes.map(({ source, request }) =>
    label === METRIC_NAME || source.labels.includes(label)
      ? pinnedValues(label, request.matchers)
      : undefined,
  );
  return pinned.every((each) => each !== undefined) ? [...new Set(pinned.flat())] : undefined;
}

function pinnedValues(label: string, matchers: readonly Matcher[]): readonly string[] | undefined {
  for (const { name, operator, value } of matchers) {
    if (name !== label || value === '') continue;
    if (operator === '=') return [value];
    if (operator === '=~' && LITERALS.test(value)) return value.split('|');
  }
  return undefined;
}
