import type { FallbackSettings } from '../alerts/fallback.ts';
import type { ReceiverNotifier } from '../alerts/lane.ts';
import { createRender } from '../alerts/notification-template/create-render.ts';
import { templateSet } from '../alerts/notification-template/template-set.ts';
import { buildRoute, type Route, type RouteOptions } from '../alerts/route.ts';
import type { Config } from '../config/schema.ts';
import { readTemplateFiles } from '../config/template-files.ts';
import type { NotifyDependencies } from '../notify/dependencies.ts';
import { createHeartbeatNotifier, type HeartbeatOptions } from '../notify/heartbeat-notifier.ts';
import { notifiersOf } from '../notify/receiver-notifiers.ts';
import { tracedNotifier, type Tracing } from './traced.ts';

const NOBODY = 'nobody';
/** No receiver of a configuration is called so by accident. */
const WATCHDOG = 'on_call.watchdog';

/**
 * The routing tree and its receivers, which fill the templates of the configuration; without a route alerts are shown on
 * the page and reach nobody. @throws Failure `invalid`
 */
export function alerting(
  config: Pick<Config, 'route' | 'receivers' | 'templates' | 'on_call'>,
  dependencies: NotifyDependencies & Tracing,
): { route: Route; receivers: ReadonlyMap<string, readonly ReceiverNotifier[]> } {
  const { clock } = dependencies;
  const times = { now: () => clock.now(), elapsed: () => performance.now() };
  const render = createRender(templateSet(readTemplateFiles(config.templates)), times);
  const notifying = { ...dependencies, render };
  const receivers = new Map<string, readonly ReceiverNotifier[]>(
    config.receivers.map((receiver) => [
      receiver.name,
      notifiersOf(receiver, notifying).map((each) => tracedNotifier(receiver.name, each, dependencies)),
    ]),
  );
  const route = config.route ?? { receiver: NOBODY };
  const { watchdog } = config.on_call;
  if (watchdog === undefined) return { route: buildRoute(route), receivers };
  receivers.set(WATCHDOG, [tracedNotifier(WATCHDOG, heartbeat(watchdog, dependencies), dependencies)]);
  return { route: buildRoute(withWatchdog(route, watchdog.interval)), receivers };
}

/** Beats for the rule that always fires go their own way, whatever the other routes say. */
function withWatchdog(root: RouteOptions, intervalMs: number): RouteOptions {
  const beats: RouteOptions = {
    receiver: WATCHDOG,
    matchers: ['alertname="Watchdog"', 'severity="log"'],
    group_by: ['alertname'],
    group_wait: 0,
    group_interval: intervalMs,
    repeat_interval: intervalMs,
    continue: true,
  };
  return { ...root, routes: [beats, ...(root.routes ?? [])] };
}

function heartbeat(options: HeartbeatOptions, { http }: NotifyDependencies): ReceiverNotifier {
  const notifier = createHeartbeatNotifier(options, http);
  return { kind: 'heartbeat', wakes: false, sendResolved: false, isHeartbeat: true, notifier };
}

/** Who is told instead of a receiver that cannot be reached. */
export function fallbackOf({ on_call: { fallback } }: Pick<Config, 'on_call'>): FallbackSettings | undefined {
  return fallback === undefined ? undefined : { receiver: fallback.receiver, afterMs: fallback.after };
}
