import { metricNamesOf } from '../../promql/inspect.ts';
import type { RuleCheck } from './check.ts';
import { callsOf } from './walk.ts';

const COUNTER_FUNCTIONS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);

/** Functions for counters over a gauge: a gauge that falls is taken for a reset. */
export const gaugeRate: RuleCheck = {
  id: 'gauge-rate',
  *find({ expr, places }, { metrics }) {
    for (const call of callsOf(expr).filter(({ name }) => COUNTER_FUNCTIONS.has(name))) {
      for (const name of call.args.flatMap(metricNamesOf)) {
        if (metrics.get(name)?.type !== 'gauge') continue;
        const detail = `${call.name}() of the gauge ${name}: use delta() or deriv()`;
        yield { detail, place: places.expr(call) };
      }
    }
  },
};
