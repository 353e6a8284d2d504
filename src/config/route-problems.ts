import type { RouteConfig } from './alerting-schema.ts';
import type { Config } from './schema.ts';
import type { Problem } from './substitute.ts';

/** What is wrong between routes and receivers: names that do not meet, a root without a receiver. */
export function* routeProblems(config: Config): Iterable<Problem> {
  const { route, receivers } = config;
  const names = new Set<string>();
  for (const [index, { name }] of receivers.entries()) {
    if (names.has(name))
      yield { path: ['receivers', index, 'name'], message: `receiver ${name} is listed twice` };
    names.add(name);
  }
  if (route === undefined) {
    if (receivers.length > 0)
      yield { path: ['receivers'], message: 'receivers without a route: nothing would reach them' };
    return;
  }
  if (route.receiver === undefined) yield { path: ['route'], message: 'the root route needs a receiver' };
  yield* unknownReceivers(route, ['route'], names);
}

function* unknownReceivers(
  route: RouteConfig,
  path: readonly PropertyKey[],
  names: ReadonlySet<string>,
): Iterable<Problem> {
  if (route.receiver !== undefined && !names.has(route.receiver)) {
    yield { path: [...path, 'receiver'], message: `no receiver is named ${route.receiver}` };
  }
  for (const [index, child] of route.routes.entries())
    yield* unknownReceivers(child, [...path, 'routes', index], names);
}
