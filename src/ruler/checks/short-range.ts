import { formatDuration } from '../../model/duration.ts';
import { selectedNames } from '../../promql/inspect.ts';
import type { RuleCheck } from './check.ts';
import { callsOf, rangesOf } from './walk.ts';

/** Functions that need two samples; the others need one. */
export const TWO_SAMPLES: ReadonlySet<string> = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'changes',
  'resets',
]);

/**
 * Ranges so short that a poll that fails leaves them without what they need: four polls for what compares samples,
 * two for the rest.
 */
export const shortRange: RuleCheck = {
  id: 'short-range',
  *find({ expr, places }, { metrics }) {
    for (const call of callsOf(expr)) {
      for (const range of rangesOf(call)) {
        const intervals = selectedNames(range.selector).map((name) => metrics.get(name)?.intervalMs ?? 0);
        const intervalMs = Math.max(0, ...intervals);
        const neededMs = intervalMs * (TWO_SAMPLES.has(call.name) ? 4 : 2);
        if (range.rangeMs >= neededMs) continue;
        const every = formatDuration(intervalMs);
        const detail = `the range ${formatDuration(range.rangeMs)} of ${call.name}() is short for a metric that is polled every ${every}: make it ${formatDuration(neededMs)} or more`;
        yield { detail, place: places.expr(range) };
      }
    }
  },
};
