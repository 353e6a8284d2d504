import { messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import { createMatcher } from '../model/matcher.ts';
import { EntryFailure } from './mute/entry-failure.ts';
import { parseInhibitRule, type InhibitRuleOptions } from './mute/inhibit-rule.ts';
import { parseTimeInterval, type TimeIntervalOptions } from './mute/time-interval.ts';
import { fieldProblems } from './notification-template/field-problems.ts';
import type { TemplateSet } from './notification-template/template-set.ts';
import { parseMatchers, readMatchers } from './parse-matchers.ts';
import type { RouteOptions } from './route.ts';

type Path = readonly PropertyKey[];

/** Something about a place in the configuration. */
export interface AlertingProblem {
  readonly path: Path;
  readonly message: string;
  /** It holds, but should be written otherwise. */
  readonly isWarning?: true;
}

interface NamedIntervals {
  readonly time_intervals: readonly TimeIntervalOptions[];
}

/** What alerting reads of a configuration. */
export interface AlertingConfig {
  readonly route?: RouteOptions | undefined;
  readonly inhibit_rules: readonly InhibitRuleOptions[];
  readonly time_intervals: readonly NamedIntervals[];
  readonly mute_time_intervals: readonly NamedIntervals[];
  readonly receivers: readonly object[];
}

/** What of a configuration's matchers, intervals and templates does not hold, and where. */
export function* alertingProblems(config: AlertingConfig, templates: TemplateSet): Iterable<AlertingProblem> {
  if (config.route !== undefined) yield* routeMatchers(config.route, ['route']);
  for (const [index, rule] of config.inhibit_rules.entries()) {
    yield* entryProblem(['inhibit_rules', index], () => parseInhibitRule(rule));
    for (const key of ['source_matchers', 'target_matchers'] as const)
      yield* warnings(rule[key] ?? [], ['inhibit_rules', index, key]);
  }
  for (const list of ['mute_time_intervals', 'time_intervals'] as const)
    for (const [index, { time_intervals: intervals }] of config[list].entries())
      for (const [inner, interval] of intervals.entries())
        yield* entryProblem([list, index, 'time_intervals', inner], () => parseTimeInterval(interval));
  yield* fieldProblems(config.receivers, ['receivers'], templates);
}

function* routeMatchers(route: RouteOptions, path: Path): Iterable<AlertingProblem> {
  const { matchers = [], match_re: patterns = {}, routes = [] } = route;
  for (const [index, text] of matchers.entries())
    yield* problem([...path, 'matchers', index], () => parseMatchers(text));
  yield* warnings(matchers, [...path, 'matchers']);
  yield* patternProblems(patterns, [...path, 'match_re']);
  for (const [index, child] of routes.entries()) yield* routeMatchers(child, [...path, 'routes', index]);
}

function* patternProblems(patterns: Labels, path: Path): Iterable<AlertingProblem> {
  for (const [name, pattern] of Object.entries(patterns))
    yield* problem([...path, name], () => createMatcher(name, '=~', pattern));
}

/** Matchers that only Alertmanager's older grammar takes. */
function* warnings(matchers: readonly string[], path: Path): Iterable<AlertingProblem> {
  for (const [index, text] of matchers.entries()) {
    const warning = warningOf(text);
    if (warning !== undefined) yield { path: [...path, index], message: warning, isWarning: true };
  }
}

function warningOf(text: string): string | undefined {
  try {
    return readMatchers(text).warning;
  } catch {
    return undefined;
  }
}

function* problem(path: Path, check: () => unknown): Iterable<AlertingProblem> {
  try {
    check();
  } catch (error) {
    yield { path, message: messageOf(error) };
  }
}

function* entryProblem(path: Path, parse: () => unknown): Iterable<AlertingProblem> {
  try {
    parse();
  } catch (error) {
    if (error instanceof EntryFailure) yield { path: [...path, ...error.path], message: error.detail };
    else yield { path, message: messageOf(error) };
  }
}
