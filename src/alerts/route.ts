import { Failure } from '../model/failure.ts';
import { labelValue, type Labels } from '../model/labels.ts';
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
  readonly mute_time_intervals?: readonly string[] | undefined;
  readonly active_time_intervals?: readonly string[] | undefined;
  readonly routes?: readonly RouteOptions[] | undefined;
}

/** A route with everything it inherits filled in. */
export interface Route {
  /** Matchers from the root, for people: `{} > {team="db"}`. */
  readonly path: string;
  /** Tells the routes to one receiver apart: empty for the first of them, its path for any other. */
  readonly id: string;
  readonly receiver: string;
  /** `...` alone means by all labels. */
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** Names of time intervals in which nothing is told, or alone something is. Routes below do not inherit them. */
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly routes: readonly Route[];
}

const DEFAULTS: Inherited = {
  path: '',
  receiver: '',
  groupBy: ['alertname', 'tenant'],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 4 * 3_600_000,
};

type Inherited = Pick<
  Route,
  'path' | 'receiver' | 'groupBy' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs'
>;

/** The routing tree. @throws Failure `invalid` for a matcher that does not parse or a route without a receiver */
export function buildRoute(options: RouteOptions): Route {
  const taken = new Map<string, Set<string>>();
  return routeOf(options, DEFAULTS, (receiver, path) => {
    const ids = taken.get(receiver) ?? new Set();
    taken.set(receiver, ids);
    const id = firstFree(ids, path);
    ids.add(id);
    return id;
  });
}

/** Parents come before their children, and routes in their order: the first to a receiver keeps its plain name. */
function routeOf(
  options: RouteOptions,
  parent: Inherited,
  nameOf: (receiver: string, path: string) => string,
): Route {
  const matchers = matchersOf(options);
  const own: Inherited = {
    path: [parent.path, formatMatchers(matchers)].filter((part) => part !== '').join(' > '),
    receiver: options.receiver ?? parent.receiver,
    groupBy: options.group_by ?? parent.groupBy,
    groupWaitMs: options.group_wait ?? parent.groupWaitMs,
    groupIntervalMs: options.group_interval ?? parent.groupIntervalMs,
    repeatIntervalMs: options.repeat_interval ?? parent.repeatIntervalMs,
  };
  if (own.receiver === '') throw new Failure('invalid', 'the root route needs a receiver');
  return {
    ...own,
    id: nameOf(own.receiver, own.path),
    muteTimeIntervals: options.mute_time_intervals ?? [],
    activeTimeIntervals: options.active_time_intervals ?? [],
    matchers,
    continue: options.continue ?? false,
    routes: (options.routes ?? []).map((child) => routeOf(child, own, nameOf)),
  };
}

function firstFree(ids: ReadonlySet<string>, path: string): string {
  if (ids.size === 0) return '';
  let id = path;
  for (let number = 2; ids.has(id); number++) id = `${path} #${number}`;
  return id;
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
    route.groupBy.flatMap((name) => {
      const value = labelValue(labels, name);
      return value === '' ? [] : [[name, value]];
    }),
  );
}

function formatMatchers(matchers: readonly Matcher[]): string {
  const texts = matchers.map(({ name, operator, value }) => `${name}${operator}${JSON.stringify(value)}`);
  return `{${texts.join(', ')}}`;
}

function matchersOf({ matchers = [], match = {}, match_re = {} }: RouteOptions): Matcher[] {
  return [
    ...matchers.flatMap(parseMatchers),
    ...Object.entries(match).map(([name, value]) => createMatcher(name, '=', value)),
    ...Object.entries(match_re).map(([name, value]) => createMatcher(name, '=~', value)),
  ];
}
