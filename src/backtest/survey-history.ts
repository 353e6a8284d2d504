import type { HistoryReader } from '../model/history.ts';
import { METRIC_NAME } from '../model/labels.ts';
import { createMatcher } from '../model/matcher.ts';
import type { Series, TimeRange } from '../model/series.ts';
import { metricNamesOf } from '../promql/inspect.ts';
import type { RuleGroup } from '../ruler/rule.ts';

/** How long the looks at the ends of a history are, ms. */
const LOOK_MS = 2 * 3_600_000;
/** Of so many series of a metric it is asked how far apart samples are. */
const MOST_MEASURED = 50;

/** What a look at a history told of a metric. */
export interface MetricSurvey {
  readonly series: number;
  /** Samples a second, of all its series. */
  readonly samplesPerSecond: number;
  /** How far apart samples are, ms; undefined where no series had two. */
  readonly resolutionMs?: number;
}

/** By metric, those that have samples at one end of the history. */
export type HistorySurvey = ReadonlyMap<string, MetricSurvey>;

/**
 * Looks at the beginning and the end of a span of history: how many series there are of what rules read, and how far
 * apart samples are, at the end where they are farther.
 * @throws Failure what the history throws
 */
export async function surveyHistory(
  history: HistoryReader,
  groups: readonly RuleGroup[],
  { start, end }: TimeRange,
  signal: AbortSignal,
): Promise<HistorySurvey> {
  const rules = groups.flatMap((group) => group.rules);
  const names = [...new Set(rules.flatMap(({ expr }) => metricNamesOf(expr)))];
  const looks = [
    { start, end: Math.min(end, start + LOOK_MS) },
    { start: Math.max(start, end - LOOK_MS), end },
  ];
  const surveys: (readonly [string, MetricSurvey])[] = [];
  for (const range of looks) {
    const requests = names.map((name) => ({ matchers: [named(name)], range }));
    const past = await history.fetch(requests, signal);
    for (const name of names) surveys.push([name, surveyOf([...past.select([named(name)], range)], range)]);
  }
  const found = Map.groupBy(surveys, ([name]) => name);
  return new Map(
    [...found].flatMap(([name, both]) => {
      const survey = both.map(([, each]) => each).reduce(denser);
      return survey.series === 0 ? [] : [[name, survey] as const];
    }),
  );
}

/** The larger of both in each regard. */
function denser(a: MetricSurvey, b: MetricSurvey): MetricSurvey {
  const resolutionMs = Math.max(a.resolutionMs ?? 0, b.resolutionMs ?? 0);
  return {
    series: Math.max(a.series, b.series),
    samplesPerSecond: Math.max(a.samplesPerSecond, b.samplesPerSecond),
    ...(resolutionMs === 0 ? {} : { resolutionMs }),
  };
}

function surveyOf(all: readonly Series[], { start, end }: TimeRange): MetricSurvey {
  const samples = all.reduce((sum, { values }) => sum + values.length, 0);
  const spacings = all
    .slice(0, MOST_MEASURED)
    .flatMap(({ timestamps }) => spacingOf(timestamps))
    .toSorted((a, b) => a - b);
  const resolutionMs = spacings[Math.floor(spacings.length / 2)];
  return {
    series: all.length,
    samplesPerSecond: (samples * 1000) / Math.max(1, end - start),
    ...(resolutionMs === undefined ? {} : { resolutionMs }),
  };
}

/** The median of what lies between samples; none of fewer than two. */
function spacingOf(times: Float64Array): number[] {
  const gaps = Array.from(times.subarray(1), (time, index) => time - (times[index] ?? time));
  const middle = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
  return middle === undefined ? [] : [middle];
}

function named(name: string): ReturnType<typeof createMatcher> {
  return createMatcher(METRIC_NAME, '=', name);
}
