import type { Config } from '../../config/schema.ts';
import { formatDuration } from '../../model/duration.ts';
import type { AlertmanagerSources } from './sources.ts';

const SECRET = '<secret>';
/** Who is told where the configuration has no route. */
const NOBODY = 'nobody';

type Keys = ReturnType<AlertmanagerSources['config']>;
type ReceiverConfig = Config['receivers'][number];
type RouteConfig = NonNullable<Config['route']>;

/** The parts of a configuration by which alerts are routed, in a form that Alertmanager's tools read. */
export interface AlertmanagerForm {
  readonly global: object;
  readonly route: object;
  readonly inhibit_rules: readonly object[];
  readonly time_intervals: readonly object[];
  readonly mute_time_intervals: readonly object[];
  readonly receivers: readonly { readonly name: string }[];
}

/**
 * Routes, inhibition and times as they are; of receivers what kind they are and where they lead, with `<secret>` for what
 * nobody may know. Ways that Alertmanager has not stand there as a webhook.
 */
export function alertmanagerForm(config: Keys): AlertmanagerForm {
  const { global, route, receivers } = config;
  const { resolve_timeout: timeout } = global;
  return {
    global: timeout === undefined ? {} : { resolve_timeout: formatDuration(timeout) },
    route: route === undefined ? { receiver: NOBODY } : routeForm(route),
    inhibit_rules: config.inhibit_rules.map(withoutEmpty),
    time_intervals: config.time_intervals,
    mute_time_intervals: config.mute_time_intervals,
    receivers: [
      ...receivers.map(receiverForm),
      ...(route === undefined && !receivers.some(({ name }) => name === NOBODY) ? [{ name: NOBODY }] : []),
    ],
  };
}

function routeForm(route: RouteConfig): object {
  const { group_wait: wait, group_interval: interval, repeat_interval: repeat, routes, ...rest } = route;
  return withoutEmpty({
    ...rest,
    continue: rest.continue ? true : undefined,
    group_wait: words(wait),
    group_interval: words(interval),
    repeat_interval: words(repeat),
    routes: routes.map(routeForm),
  });
}

function receiverForm(receiver: ReceiverConfig): { name: string } {
  const placeholders = [...receiver.alertmanager_configs, ...receiver.console_configs];
  const form = {
    pagerduty_configs: receiver.pagerduty_configs.map((each) => ({ ...common(each), routing_key: SECRET })),
    slack_configs: receiver.slack_configs.map(({ channel, ...each }) => ({
      ...common(each),
      api_url: SECRET,
      channel,
    })),
    email_configs: receiver.email_configs.map(({ to, from, smarthost, ...each }) => ({
      ...common(each),
      to,
      from,
      smarthost,
    })),
    webhook_configs: [...receiver.webhook_configs, ...placeholders].map((each) => ({
      ...common(each),
      url: SECRET,
    })),
  };
  return { name: receiver.name, ...withoutEmpty(form) };
}

function common({ send_resolved }: { send_resolved: boolean }): { send_resolved: boolean } {
  return { send_resolved };
}

function words(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatDuration(ms);
}

/** Without what is not said: an empty list is none. */
function withoutEmpty(value: object): object {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, each]) => !(each === undefined || (Array.isArray(each) && each.length === 0)),
    ),
  );
}
