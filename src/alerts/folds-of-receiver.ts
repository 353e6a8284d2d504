import { severityOf, type Alert } from '../model/alert.ts';
import { commonLabels } from '../model/labels.ts';
import type { FoldStates } from './fold-states.ts';
import { firingAlerts, type Fold, type Group } from './group.ts';
import { isOpen } from './incident-of.ts';
import { pageLine } from './page-line.ts';
import { cleanAlert } from './page/clean-alert.ts';
import type { LimitSummary } from './storm/rate-limit.ts';
import type { Storm, StormGroup, StormView } from './storm/storm.ts';
import { heldUntil, type Outlook } from './telling.ts';

export interface FoldOutlook extends Outlook {
  /** Every tenant that is awake, with its info labels; the same map for as long as nothing changes in it. */
  readonly fleet: StormView['fleet'];
}

/** What of a group counts: it was told, or is to be. */
interface Open {
  readonly group: Group;
  readonly alerts: readonly Alert[];
  readonly isPage: boolean;
}

/** What is told together at a receiver: storms of its pages, then what is over the limit, pages apart from tickets. */
export function foldsOfReceiver(
  receiver: string,
  groups: readonly Group[],
  states: FoldStates,
  outlook: FoldOutlook,
): readonly Fold[] {
  const { now, fleet } = outlook;
  const open = groups.flatMap((group) => openOf(group, outlook));
  const pages = open.filter(({ isPage }) => isPage);
  const storms = states.storms.look({
    now,
    receiver,
    groups: pages.map((each) => toStormGroup(each, outlook)),
    fleet,
  });
  const inStorms = new Set(storms.flatMap(({ members }) => members));
  const alone = open.filter(({ group }) => !inStorms.has(group.key));
  const summaries = [
    limited(
      receiver,
      alone.filter(({ isPage }) => isPage),
      storms,
      states,
      now,
    ),
    limited(
      `${receiver} (tickets)`,
      alone.filter(({ isPage }) => !isPage),
      [],
      states,
      now,
    ),
  ];
  return [
    ...storms.map(toFold),
    ...summaries.flatMap((summary) => (summary === undefined ? [] : [summary])),
  ].map((fold) => ({ ...fold, receiver }));
}

/** Whether anything of a group was told, or is to be. */
export function isCounted(group: Group, outlook: Outlook): boolean {
  return openOf(group, outlook).length > 0;
}

function openOf(group: Group, outlook: Outlook): Open[] {
  const told = new Set(
    group.lanes.flatMap(({ latest }) => (isOpen(latest) ? latest.alerts.map(({ key }) => key) : [])),
  );
  const isToTell = (alert: Alert): boolean =>
    heldUntil(alert, outlook) === undefined && outlook.mutesOf(alert, group.route).length === 0;
  const alerts = firingAlerts(group).filter(
    (alert) => severityOf(alert.labels) !== 'log' && (told.has(alert.key) || isToTell(alert)),
  );
  const isPage = alerts.some(({ labels }) => severityOf(labels) === 'page');
  return alerts.length === 0 ? [] : [{ group, alerts, isPage }];
}

function toStormGroup({ group, alerts }: Open, { redact }: Outlook): StormGroup {
  const { tenant = '' } = commonLabels(alerts.map(({ labels }) => labels));
  return {
    ...aboutOf({ group, alerts }),
    tenant,
    // Few of many are read. Secrets go out before the line is cut: half of one would not be found.
    get line() {
      return pageLine(alerts.map((alert) => cleanAlert(alert, redact)));
    },
  };
}

function aboutOf({
  group,
  alerts,
}: Pick<Open, 'group' | 'alerts'>): Pick<StormGroup, 'key' | 'alertname' | 'firedAt'> {
  const firedAt = Math.min(...alerts.map((alert) => alert.firedAt ?? alert.activeAt));
  return { key: group.key, alertname: alerts[0]?.labels['alertname'] ?? '', firedAt };
}

function limited(
  receiver: string,
  alone: readonly Open[],
  storms: readonly Storm[],
  states: FoldStates,
  now: number,
): Omit<Fold, 'receiver'> | undefined {
  const incidents = [
    ...storms.map(({ id, class: { alertname }, startedAt }) => {
      return { key: id, alertname, firedAt: startedAt, isTold: false, isStorm: true };
    }),
    ...alone.map((open) => {
      const isTold = open.group.lanes.some(({ latest }) => isOpen(latest));
      return { ...aboutOf(open), isTold };
    }),
  ];
  const summary: LimitSummary | undefined = states.rateLimit.look({ now, receiver, incidents });
  if (summary === undefined) return undefined;
  const { id, line, members } = summary;
  return { key: id, line, members, shared: [], replaces: [] };
}

function toFold({ id, line, shared, members, replaces }: Storm): Omit<Fold, 'receiver'> {
  return { key: id, line, shared, members, replaces };
}
