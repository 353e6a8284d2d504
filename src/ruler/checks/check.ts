import type { KnownMetric } from '../known-metrics.ts';
import type { Place, Rule } from '../rule.ts';

/** What checks know besides the rule. */
export interface Known {
  /** The metric that a series belongs to, by the series' name: of a histogram also `_bucket`, `_sum`, `_count`. */
  readonly metrics: ReadonlyMap<string, KnownMetric>;
  /** Every name that a rule may read: those of `metrics`, what rules record, and alerts. */
  readonly names: ReadonlySet<string>;
  /** Pages are scraped: there are metrics whose names nobody declares. */
  readonly scrapes?: boolean | undefined;
}

/** Something a person should change. */
export interface Finding {
  readonly detail: string;
  /** Of the part that it is about; absent: the rule's own. */
  readonly place?: Place | undefined;
}

/** One thing that is looked for in every rule. */
export interface RuleCheck {
  /** What findings name, and the section of `docs/reference/rule-checks.md` that explains them. */
  readonly id: string;
  find(rule: Rule, known: Known): Iterable<Finding>;
}
