import { nearestName } from '../model/nearest-name.ts';
import type { RouteConfig } from './alerting-schema.ts';
import type { Config } from './schema.ts';
import type { Problem } from './substitute.ts';

type Path = readonly PropertyKey[];

/** Names that a route may use. */
interface Known {
  readonly receivers: ReadonlySet<string>;
  readonly intervals: ReadonlySet<string>;
}

/** What is wrong between routes, receivers and time intervals: names that do not meet, rules of the root. */
export function* routeProblems(config: Config): Iterable<Problem> {
  const { route, receivers, time_intervals: intervals, mute_time_intervals: muteIntervals } = config;
  const known = {
    receivers: new Set(receivers.map(({ name }) => name)),
    intervals: new Set([...muteIntervals, ...intervals].map(({ name }) => name)),
  };
  yield* twice('receiver', [['receivers', receivers]]);
  // As in Alertmanager, the two lists share their names.
  yield* twice('time interval', [
    ['mute_time_intervals', muteIntervals],
    ['time_intervals', intervals],
  ]);
  yield* fallbackProblems(config, known);
  if (route !== undefined) {
    yield* rootProblems(route);
    yield* unknownNames(route, ['route'], known);
  } else if (receivers.length > 0)
    yield { path: ['receivers'], message: 'receivers without a route: nothing would reach them' };
}

function* twice(
  what: string,
  lists: readonly (readonly [key: string, items: readonly { readonly name: string }[]])[],
): Iterable<Problem> {
  const names = new Set<string>();
  for (const [key, items] of lists)
    for (const [index, { name }] of items.entries()) {
      if (names.has(name)) yield { path: [key, index, 'name'], message: `${what} ${name} is listed twice` };
      names.add(name);
    }
}

/** The root takes every alert, always: so it has a receiver and nothing that would keep alerts away. */
function* rootProblems(route: RouteConfig): Iterable<Problem> {
  if (route.receiver === undefined) yield { path: ['route'], message: 'the root route needs a receiver' };
  for (const key of [
    'matchers',
    'match',
    'match_re',
    'mute_time_intervals',
    'active_time_intervals',
  ] as const)
    if (Object.keys(route[key] ?? {}).length > 0)
      yield { path: ['route', key], message: `the root route takes every alert: move ${key} to a child` };
  if (route.continue)
    yield { path: ['route', 'continue'], message: 'the root route has no siblings: leave it out' };
}

function* unknownNames(route: RouteConfig, path: Path, known: Known): Iterable<Problem> {
  const { receiver, routes } = route;
  if (receiver !== undefined) yield* unknown('receiver', receiver, [...path, 'receiver'], known.receivers);
  for (const key of ['mute_time_intervals', 'active_time_intervals'] as const)
    for (const [index, name] of route[key].entries())
      yield* unknown('time interval', name, [...path, key, index], known.intervals);
  for (const [index, child] of routes.entries())
    yield* unknownNames(child, [...path, 'routes', index], known);
}

/** The fallback is a receiver, and one that not every route leads to. */
function* fallbackProblems({ on_call: onCall, route }: Config, known: Known): Iterable<Problem> {
  const fallback = onCall.fallback?.receiver;
  const path = ['on_call', 'fallback', 'receiver'];
  if (fallback !== undefined) yield* unknown('receiver', fallback, path, known.receivers);
  if (fallback !== undefined && route !== undefined && receiversOf(route).every((name) => name === fallback))
    yield { path, message: `every route leads to ${fallback}: it cannot stand in for itself` };
}

function* unknown(what: string, name: string, path: Path, names: ReadonlySet<string>): Iterable<Problem> {
  if (names.has(name)) return;
  const nearest = nearestName(name, names);
  yield {
    path,
    message: `no ${what} is named ${name}${nearest === undefined ? '' : `: did you mean ${nearest}?`}`,
  };
}

/** Those that a route and its children name. */
function receiversOf({ receiver, routes }: RouteConfig): string[] {
  return [...(receiver === undefined ? [] : [receiver]), ...routes.flatMap(receiversOf)];
}
