import { Failure } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import { createMatcher, matchesAll, type Matcher } from '../model/matcher.ts';
import { parseMatchers } from './parse-matchers.ts';

/** A route as the configuration has it; durations in ms. Words and defaults are Alertmanager's. */
export interface RouteOptions {
  readonly receiver?: string | undefined;
  readonly group_by?: readonly string[] | undefined;
  readonly group_wait?: number | undefined;
  readonly group_interval?: number | undefined;
  readonly repeat_interval?: number | undefined;
  readonly matchers?: readonly string[] | undefined;
  readonly match?: Labels | undefined;
  readonly match_re?: Labels | undefined;
  readonly continue?: boolean | undefined;
  readonly routes?: readonly RouteOptions[] | undefined;
}

/** A route with everything it inherits filled in. */
export interface Route {
  readonly receiver: string;
  /** `...` alone means by all labels. */
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly routes: readonly Route[];
}

const DEFAULTS = {
  receiver: '',
  groupBy: ['alertname', 'tenant'],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 4 * 3_600_000,
};

/** The routing tree. @throws Failure `invalid` for a matcher that does not parse or a route without a receiver */
export function buildRoute(
  options: RouteOptions,
  parent: Omit<Route, 'matchers' | 'continue' | 'routes'> = DEFAULTS,
): Route {
  const own = {
    receiver: options.receiver ?? parent.receiver,
    groupBy: options.group_by ?? parent.groupBy,
    groupWaitMs: options.group_wait ?? parent.groupWaitMs,
    groupIntervalMs: options.group_interval ?? parent.groupIntervalMs,
    repeatIntervalMs: options.repeat_interval ?? parent.repeatIntervalMs,
  };
  if (own.receiver === '') throw new Failure('invalid', 'the root route needs a receiver');
  return {
    ...own,
    matchers: matchersOf(options),
    continue: options.continue ?? false,
    routes: (options.routes ?? []).map((child) => buildRoute(child, own)),
  };
}

/** The routes an alert takes: the deepest that match, more than one only by `continue`. */
export function matchRoutes(route: Route, labels: Labels): Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const matched = matchRoutes(child, labels);
    found.push(...matched);
    if (matched.length > 0 && !child.continue) break;
  }
  return found.length > 0 ? found : [route];
}

/** The labels that name an alert's group on a route. */
export function groupLabelsOf(route: Route, labels: Labels): Labels {
  if (route.groupBy.includes('...')) return labels;
  return Object.fromEntries(
    route.groupBy.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
  );
}

function matchersOf({ matchers = [], match = {}, match_re = {} }: RouteOptions): Matcher[] {
  return [
    ...matchers.flatMap(parseMatchers),
    ...Object.entries(match).map(([name, value]) => createMatcher(name, '=', value)),
    ...Object.entries(match_re).map(([name, value]) => createMatcher(name, '=~', value)),
  ];
}
