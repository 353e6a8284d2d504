import type { FallbackSettings } from '../alerts/fallback.ts';
import type { ReceiverNotifier } from '../alerts/lane.ts';
import { createRender } from '../alerts/notification-template/create-render.ts';
import { templateSet } from '../alerts/notification-template/template-set.ts';
import { buildRoute, type Route } from '../alerts/route.ts';
import type { Config } from '../config/schema.ts';
import { readTemplateFiles } from '../config/template-files.ts';
import type { NotifyDependencies } from '../notify/dependencies.ts';
import { notifiersOf } from '../notify/receiver-notifiers.ts';
import { tracedNotifier, type Tracing } from './traced.ts';

const NOBODY = 'nobody';

/**
 * The routing tree and its receivers, which fill the templates of the configuration; without a route alerts are shown on
 * the page and reach nobody. @throws Failure `invalid`
 */
export function alerting(
  config: Pick<Config, 'route' | 'receivers' | 'templates'>,
  dependencies: NotifyDependencies & Tracing,
): { route: Route; receivers: ReadonlyMap<string, readonly ReceiverNotifier[]> } {
  const { clock } = dependencies;
  const times = { now: () => clock.now(), elapsed: () => performance.now() };
  const render = createRender(templateSet(readTemplateFiles(config.templates)), times);
  const notifying = { ...dependencies, render };
  const receivers = new Map(
    config.receivers.map((receiver) => [
      receiver.name,
      notifiersOf(receiver, notifying).map((each) => tracedNotifier(receiver.name, each, dependencies)),
    ]),
  );
  return { route: buildRoute(config.route ?? { receiver: NOBODY }), receivers };
}

/** Who is told instead of a receiver that cannot be reached. */
export function fallbackOf({ on_call: { fallback } }: Pick<Config, 'on_call'>): FallbackSettings | undefined {
  return fallback === undefined ? undefined : { receiver: fallback.receiver, afterMs: fallback.after };
}
