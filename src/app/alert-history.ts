import type { Alert } from '../model/alert.ts';
import { Failure } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { AlertHistory, HistoryRange } from '../notify/sparkline.ts';
import { evaluateRangeYielding } from '../promql/evaluate.ts';
import { parseExpression } from '../promql/parser.ts';
import { seriesRequests } from '../promql/series-requests.ts';
import type { MatrixSeries } from '../promql/value.ts';
import { createPace } from '../web/prometheus/pace.ts';
import { openSeries, type SeriesSources } from '../web/prometheus/series-sources.ts';
import { comparedPart, focused } from './alert-expression.ts';

/** A page waits for it: of one expression so long, ms, and so many samples. */
const EVALUATION_MS = 200;
const MAX_SAMPLES = 500_000;

/** The values that an alert's rule compares, over time, from the head and what has left it. */
export function createAlertHistory(sources: SeriesSources): AlertHistory {
  const { clock } = sources;
  const pace = createPace(clock);
  return async (alert, range, signal) => {
    const expr = expressionOf(alert);
    const requests = seriesRequests(expr, range, undefined, range.step);
    const { reader } = await openSeries(sources, requests, signal);
    const deadline = { clock, at: clock.now() + EVALUATION_MS };
    const options = { ...range, reader, maxSamples: MAX_SAMPLES, deadline, signal };
    const { series } = await evaluateRangeYielding(expr, options, pace);
    return valuesAt(seriesOf(series, alert), range);
  };
}

function expressionOf({ expression, labels }: Alert): ReturnType<typeof parseExpression> {
  if (expression === undefined) throw new Failure('invalid', 'the alert is not of our own rules');
  const compared = comparedPart(parseExpression(expression));
  const { tenant } = labels;
  return tenant === undefined ? compared : focused(compared, 'tenant', tenant);
}

/** The one series that has no label that the alert has not: rules add labels, and take none away. */
function seriesOf(series: readonly MatrixSeries[], { labels }: Alert): MatrixSeries {
  const own = series.filter((each) => isWithin(each.labels, labels));
  const [only] = own;
  if (only === undefined || own.length > 1)
    throw new Failure('not_found', `${own.length} series are the alert's: none is shown`);
  return only;
}

function isWithin(labels: Labels, all: Labels): boolean {
  return Object.entries(labels).every(([name, value]) => name === '__name__' || all[name] === value);
}

function valuesAt(
  { timestamps, values }: MatrixSeries,
  { start, end, step }: HistoryRange,
): (number | undefined)[] {
  const line: (number | undefined)[] = Array.from({ length: Math.floor((end - start) / step) + 1 });
  timestamps.forEach((time, i) => {
    line[Math.round((time - start) / step)] = values[i];
  });
  return line;
}
