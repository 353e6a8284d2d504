import { ANNOTATIONS, SEVERITIES } from '../model/alert.ts';
import { seriesNamesOf, type MetricInfo } from '../model/dataset.ts';
import { metricNamesOf } from '../promql/inspect.ts';
import { childrenOf, type Expr } from '../promql/tree.ts';
import { nearestName } from './nearest-name.ts';
import { ALERT_SERIES } from './rule-inputs.ts';
import type { AlertingRule, Rule, RuleFile, RuleProblem } from './rule.ts';
import { summaryProblems } from './summary-problems.ts';

export interface RuleCheckOptions {
  /** The metrics of all datasets by name. */
  readonly metrics: ReadonlyMap<string, MetricInfo>;
  /** Series that exist besides: the agent's own. */
  readonly otherSeries?: ReadonlySet<string>;
}

const COUNTER_FUNCTIONS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);
const PAGE_ANNOTATIONS = [ANNOTATIONS.summary, ANNOTATIONS.action, ANNOTATIONS.runbook];

/**
 * What a person should change in rule files: what does not parse, metrics nobody has, rates of gauges, and pages that
 * would not help at 3 a.m. Each problem is one line with its position; none means all is well.
 */
export function checkRules(files: readonly RuleFile[], options: RuleCheckOptions): RuleProblem[] {
  const rules = files.flatMap(({ groups }) => groups).flatMap((group) => group.rules);
  const recorded = rules.filter(({ kind }) => kind === 'record').map(({ name }) => name);
  const known = new Map(
    [...options.metrics.values()].flatMap((metric) => seriesNamesOf(metric).map((name) => [name, metric])),
  );
  const names = new Set([...known.keys(), ...recorded, ...ALERT_SERIES, ...(options.otherSeries ?? [])]);
  return [
    ...files.flatMap(({ problems }) => problems),
    ...rules.flatMap((rule) => [...findings(rule, known, names)].map((detail) => problem(rule, detail))),
  ];
}

function problem({ name, position }: Rule, detail: string): RuleProblem {
  const text = `${name}: ${detail}`;
  const { file, line, column } = position;
  return { ...position, detail: text, message: `${file}:${line}:${column}: ${text}` };
}

function* findings(
  rule: Rule,
  known: ReadonlyMap<string, MetricInfo>,
  names: ReadonlySet<string>,
): Iterable<string> {
  for (const name of metricNamesOf(rule.expr)) {
    if (names.has(name)) continue;
    const nearest = nearestName(name, names);
    yield `unknown metric ${name}${nearest === undefined ? '' : `: did you mean ${nearest}?`}`;
  }
  yield* gaugeRates(rule.expr, known);
  if (rule.kind === 'alert') yield* alertFindings(rule, known);
}

function* gaugeRates(expr: Expr, known: ReadonlyMap<string, MetricInfo>): Iterable<string> {
  for (const child of childrenOf(expr)) yield* gaugeRates(child, known);
  if (expr.kind !== 'call' || !COUNTER_FUNCTIONS.has(expr.name)) return;
  for (const name of expr.args.flatMap(metricNamesOf)) {
    if (known.get(name)?.type === 'gauge')
      yield `${expr.name}() of the gauge ${name}: use delta() or deriv()`;
  }
}

function* alertFindings(rule: AlertingRule, known: ReadonlyMap<string, MetricInfo>): Iterable<string> {
  const severity = rule.labels['severity'];
  if (severity !== undefined && !SEVERITIES.some((word) => word === severity)) {
    yield `severity ${JSON.stringify(severity)} is none of ${SEVERITIES.join(', ')}`;
  }
  if (severity === 'page') {
    for (const name of PAGE_ANNOTATIONS) {
      if ((rule.annotations[name] ?? '') === '') yield `a page needs the annotation ${name}`;
    }
  }
  const labels = new Set(metricNamesOf(rule.expr).flatMap((name) => known.get(name)?.labels ?? []));
  yield* summaryProblems(rule, labels);
}
