import { unwrap } from '../../promql/tree.ts';
import type { RuleCheck } from './check.ts';
import { callsOf } from './walk.ts';

const COUNTER_FUNCTIONS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase']);

/** A rate of added-up counters: where one of them resets, the sum falls a little, and the rate takes all of it for new. */
export const rateOfSum: RuleCheck = {
  id: 'rate-of-sum',
  *find({ expr, places }) {
    for (const call of callsOf(expr).filter(({ name }) => COUNTER_FUNCTIONS.has(name))) {
      const [over] = call.args;
      const inner = over?.kind === 'subquery' ? unwrap(over.expr) : undefined;
      if (inner?.kind !== 'aggregate' || inner.operator !== 'sum') continue;
      const detail = `${call.name}() of a sum takes the reset of one counter for an increase of all: sum ${call.name}() instead`;
      yield { detail, place: places.expr(call) };
    }
  },
};
