import { ANNOTATIONS, SEVERITIES } from '../model/alert.ts';
import { seriesNamesOf } from '../model/dataset.ts';
import { metricNamesOf } from '../promql/inspect.ts';
import { childrenOf, type Expr } from '../promql/tree.ts';
import type { KnownMetric } from './known-metrics.ts';
import { nearestName } from './nearest-name.ts';
import { ALERT_SERIES } from './rule-inputs.ts';
import type { AlertingRule, Position, Rule, RuleFile, RuleProblem } from './rule.ts';
import { summaryProblems } from './summary-problems.ts';

export interface RuleCheckOptions {
  /** All metrics by name: `knownMetrics`. */
  readonly metrics: ReadonlyMap<string, KnownMetric>;
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
  const names = new Set([...known.keys(), ...recorded, ...ALERT_SERIES]);
  return [
    ...files.flatMap(({ problems }) => problems),
    ...rules.flatMap((rule) => [...findings(rule, known, names)].map((finding) => problem(rule, finding))),
  ];
}

interface Finding {
  readonly detail: string;
  /** Of the part that it is about; absent: the rule's own. */
  readonly position: Position | undefined;
}

function problem(rule: Rule, { detail: what, position = rule.position }: Finding): RuleProblem {
  const detail = `${rule.name}: ${what}`;
  const { file, line, column } = position;
  return { ...position, detail, message: `${file}:${line}:${column}: ${detail}` };
}

function* findings(
  rule: Rule,
  known: ReadonlyMap<string, KnownMetric>,
  names: ReadonlySet<string>,
): Iterable<Finding> {
  for (const [name, position] of rule.places.metrics) {
    if (names.has(name)) continue;
    const nearest = nearestName(name, names);
    const advice = nearest === undefined ? '' : `: did you mean ${nearest}?`;
    yield { detail: `unknown metric ${name}${advice}`, position };
  }
  for (const [call, name] of gaugeRates(rule.expr, known)) {
    const detail = `${call}() of the gauge ${name}: use delta() or deriv()`;
    yield { detail, position: rule.places.metrics.get(name) };
  }
  if (rule.kind === 'alert') yield* alertFindings(rule, known);
}

/** Counter functions that are called on gauges: function and metric. */
function* gaugeRates(expr: Expr, known: ReadonlyMap<string, KnownMetric>): Iterable<[string, string]> {
  for (const child of childrenOf(expr)) yield* gaugeRates(child, known);
  if (expr.kind !== 'call' || !COUNTER_FUNCTIONS.has(expr.name)) return;
  for (const name of expr.args.flatMap(metricNamesOf))
    if (known.get(name)?.type === 'gauge') yield [expr.name, name];
}

function* alertFindings(rule: AlertingRule, known: ReadonlyMap<string, KnownMetric>): Iterable<Finding> {
  const { labels, annotations } = rule.places;
  const severity = rule.labels['severity'];
  if (severity !== undefined && !SEVERITIES.some((word) => word === severity)) {
    const detail = `severity ${JSON.stringify(severity)} is none of ${SEVERITIES.join(', ')}`;
    yield { detail, position: labels.get('severity') };
  }
  if (severity === 'page') {
    for (const name of PAGE_ANNOTATIONS) {
      if ((rule.annotations[name] ?? '') === '')
        yield { detail: `a page needs the annotation ${name}`, position: annotations.get(name) };
    }
  }
  const labelNames = new Set(metricNamesOf(rule.expr).flatMap((name) => known.get(name)?.labels ?? []));
  for (const detail of summaryProblems(rule, labelNames))
    yield { detail, position: annotations.get(ANNOTATIONS.summary) };
}
