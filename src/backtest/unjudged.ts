import { formatDuration } from '../model/duration.ts';
import { ruleInputs } from '../ruler/rule-inputs.ts';
import type { Rule } from '../ruler/rule.ts';
import type { ShortRange } from './replay/short-ranges.ts';

/** A rule of which a history says nothing: that it did not fire there means nothing either. */
export interface Unjudged {
  readonly rule: Rule;
  readonly reason: 'resolution' | 'metrics';
  /** What it needs. */
  readonly detail: string;
  /** Metrics that the history lacks. */
  readonly metrics: readonly string[];
}

/** A rule whose ranges hold too few samples. */
export function unjudgedRange({ rule, metric, rangeMs, neededMs, resolutionMs }: ShortRange): Unjudged {
  const range = formatDuration(rangeMs);
  return {
    rule,
    reason: 'resolution',
    detail: `its range ${range} needs samples of ${metric} every ${formatDuration(neededMs)} or more often, here they are ${formatDuration(resolutionMs)} apart`,
    metrics: [],
  };
}

/** Alerting rules that never fired and read metrics of which there is no sample. */
export function unjudgedMetrics(
  rules: readonly Rule[],
  present: ReadonlySet<string>,
  hasFired: (rule: Rule) => boolean,
): Unjudged[] {
  const inputsOf = ruleInputs(rules);
  return rules.flatMap((rule): Unjudged[] => {
    if (rule.kind === 'record' || hasFired(rule)) return [];
    const metrics = inputsOf(rule).filter((name) => !present.has(name));
    if (metrics.length === 0) return [];
    return [{ rule, reason: 'metrics', detail: `there are no samples of ${metrics.join(', ')}`, metrics }];
  });
}
