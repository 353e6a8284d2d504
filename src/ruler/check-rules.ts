import { seriesNamesOf } from '../model/dataset.ts';
import { alwaysFiring } from './checks/always-firing.ts';
import type { Finding, Known, RuleCheck } from './checks/check.ts';
import { DUPLICATE_RULE, duplicateRules } from './checks/duplicate-rules.ts';
import { gaugeRate } from './checks/gauge-rate.ts';
import { pageAnnotations } from './checks/page-annotations.ts';
import { rateOfSum } from './checks/rate-of-sum.ts';
import { severity } from './checks/severity.ts';
import { shortRange } from './checks/short-range.ts';
import { summaryLine } from './checks/summary-line.ts';
import { unknownMetric } from './checks/unknown-metric.ts';
import { valueInLabel } from './checks/value-in-label.ts';
import type { KnownMetric } from './known-metrics.ts';
import { ALERT_SERIES } from './rule-inputs.ts';
import type { Rule, RuleFile, RuleProblem } from './rule.ts';

export interface RuleCheckOptions {
  /** All metrics by name: `knownMetrics`. */
  readonly metrics: ReadonlyMap<string, KnownMetric>;
  /** Pages are scraped, which have metrics of other names. Default false. */
  readonly scrapes?: boolean;
}

const CHECKS: readonly RuleCheck[] = [
  unknownMetric,
  gaugeRate,
  rateOfSum,
  shortRange,
  alwaysFiring,
  valueInLabel,
  severity,
  pageAnnotations,
  summaryLine,
];

/** What findings may name as their check; each is a section of `docs/reference/rule-checks.md`. */
export const RULE_CHECKS: readonly string[] = [...CHECKS.map(({ id }) => id), DUPLICATE_RULE];

/**
 * What a person should change in rule files: what does not parse, and what the checks find. Each problem is one line
 * with its position, which ends in the check that found it; none means all is well.
 */
export function checkRules(files: readonly RuleFile[], options: RuleCheckOptions): RuleProblem[] {
  const rules = files.flatMap(({ groups }) => groups).flatMap((group) => group.rules);
  const known = knowledge(rules, options);
  return [
    ...files.flatMap(({ problems }) => problems),
    ...rules.flatMap((rule) =>
      CHECKS.flatMap((check) => problemsOf(rule, check.id, check.find(rule, known))),
    ),
    ...Array.from(duplicateRules(rules), ({ rule, first: { position } }) =>
      problem(rule, DUPLICATE_RULE, {
        detail: `says the same as the rule in ${position.file}:${position.line}`,
      }),
    ),
  ];
}

function knowledge(rules: readonly Rule[], options: RuleCheckOptions): Known {
  const recorded = rules.filter(({ kind }) => kind === 'record').map(({ name }) => name);
  const metrics = new Map(
    [...options.metrics.values()].flatMap((metric) => seriesNamesOf(metric).map((name) => [name, metric])),
  );
  const names = new Set([...metrics.keys(), ...recorded, ...ALERT_SERIES]);
  return { metrics, names, scrapes: options.scrapes };
}

function problemsOf(rule: Rule, check: string, findings: Iterable<Finding>): RuleProblem[] {
  return Array.from(findings, (finding) => problem(rule, check, finding));
}

function problem(rule: Rule, check: string, { detail: what, place = rule.position }: Finding): RuleProblem {
  const detail = `${rule.name}: ${what}`;
  const { file, line, column } = place;
  return { ...place, detail, check, message: `${file}:${line}:${column}: ${detail} [${check}]` };
}
