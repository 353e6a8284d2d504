import { ANNOTATIONS } from '../../model/alert.ts';
import { metricNamesOf } from '../../promql/inspect.ts';
import { summaryProblems } from '../summary-problems.ts';
import type { RuleCheck } from './check.ts';

/** Summaries that do not begin with whom they are about, do not render, or may be cut off. */
export const summaryLine: RuleCheck = {
  id: 'summary-line',
  *find(rule, { metrics }) {
    if (rule.kind !== 'alert') return;
    const labelNames = new Set(metricNamesOf(rule.expr).flatMap((name) => metrics.get(name)?.labels ?? []));
    for (const detail of summaryProblems(rule, labelNames))
      yield { detail, place: rule.places.annotations.get(ANNOTATIONS.summary) };
  },
};
