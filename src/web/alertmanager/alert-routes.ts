import { Hono, type Context } from 'hono';
import { labelsKey } from '../../model/labels.ts';
import { matchesAll } from '../../model/matcher.ts';
import type { AlertGroupView, AlertView, Mute } from '../../model/on-call.ts';
import type { Clock } from '../../model/ports.ts';
import { alertJson, type AlertJson, type AlertOutlook } from './alert-json.ts';
import { answered } from './answer.ts';
import { outlookOf } from './outlook.ts';
import { filterOf, flagOf, receiverFilterOf } from './parameters.ts';
import type { AlertmanagerSources } from './sources.ts';

type IsWanted = (view: AlertView) => boolean;

/** `GET /alerts` and `/alerts/groups`: what fires (api/v2/api.go, getAlertsHandler and getAlertGroupsHandler). */
export function alertRoutes(sources: AlertmanagerSources & { readonly clock: Clock }): Hono {
  const { dispatcher } = sources;
  return new Hono()
    .get('/', (context) =>
      answered(context, () => {
        const isWanted = alertFilterOf(context);
        const isReceiver = receiverFilterOf(context);
        const all = dispatcher.alerts();
        const wanted = all.filter((view) => view.receivers.some(isReceiver) && isWanted(view));
        return context.json(alertsJson(wanted, outlookOf(sources, all)));
      }),
    )
    .get('/groups', (context) =>
      answered(context, () => {
        const isWanted = alertFilterOf(context);
        const isReceiver = receiverFilterOf(context);
        const showsMuted = flagOf(context, 'muted');
        const all = dispatcher.groups();
        const groups = all.filter(
          (group) => isReceiver(group.receiver) && (showsMuted || !isMuted(group.alerts)),
        );
        const views = all.flatMap(({ alerts }) => alerts);
        return context.json(groupsJson(groups, isWanted, receiversOf(all), outlookOf(sources, views)));
      }),
    );
}

/**
 * Which alerts are asked for by `filter`, `active`, `silenced`, `inhibited` and `unprocessed`. An alert that waits for its
 * group to be looked at is active too, so that clients that ask for what is active see it at once, as in Alertmanager.
 */
function alertFilterOf(context: Context): IsWanted {
  const matchers = filterOf(context);
  const [active, silenced, inhibited, unprocessed] = ['active', 'silenced', 'inhibited', 'unprocessed'].map(
    (name) => flagOf(context, name),
  );
  return ({ alert, mutes, isProcessed }) => {
    if (!matchesAll(matchers, alert.labels)) return false;
    if (mutes.length === 0 && active === false) return unprocessed === true && !isProcessed;
    if (silenced === false && has(mutes, 'silence')) return false;
    return inhibited === true || !has(mutes, 'inhibition');
  };
}

function has(mutes: readonly Mute[], kind: Mute['kind']): boolean {
  return mutes.some((mute) => mute.kind === kind);
}

/** A group is muted by time: all of it is, then. */
function isMuted(alerts: readonly AlertView[]): boolean {
  return alerts.length > 0 && alerts.every(({ mutes }) => has(mutes, 'time_interval'));
}

function alertsJson(views: readonly AlertView[], outlook: AlertOutlook): AlertJson[] {
  return views
    .map((view) => alertJson(view, outlook))
    .toSorted((a, b) => compare(a.fingerprint, b.fingerprint));
}

/** The receivers of each alert over all groups it is in, by its key. */
function receiversOf(groups: readonly AlertGroupView[]): ReadonlyMap<string, ReadonlySet<string>> {
  const receivers = new Map<string, Set<string>>();
  for (const { receiver, alerts } of groups)
    for (const { alert } of alerts) {
      const known = receivers.get(alert.key);
      if (known === undefined) receivers.set(alert.key, new Set([receiver]));
      else known.add(receiver);
    }
  return receivers;
}

function groupsJson(
  groups: readonly AlertGroupView[],
  isWanted: IsWanted,
  receivers: ReadonlyMap<string, ReadonlySet<string>>,
  outlook: AlertOutlook,
): object[] {
  const sorted = groups
    .map((group) => ({ group, order: `${labelsKey(group.labels)}\u0000${group.receiver}` }))
    .toSorted((a, b) => compare(a.order, b.order));
  return sorted.flatMap(({ group: { receiver, labels, alerts } }) => {
    const views = alerts
      .filter(isWanted)
      .map((view) => ({ ...view, receivers: [...(receivers.get(view.alert.key) ?? [])] }));
    if (views.length === 0) return [];
    return [{ labels, routeLabels: {}, receiver: { name: receiver }, alerts: alertsJson(views, outlook) }];
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
