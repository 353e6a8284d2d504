import type { ReceiverNotifier } from '../../alerts/lane.ts';
import { pageLine } from '../../alerts/page-line.ts';
import { isToldTo, severityOf, type Alert } from '../../model/alert.ts';
import { formatDuration } from '../../model/duration.ts';
import type { AlertView } from '../../model/on-call.ts';
import type { ExpectedPage } from './page-test-file.ts';
import type { ToldPage } from './told-page.ts';

const MOST_LINES = 3;

/** How things stood when a page was expected. */
export interface Standing {
  /** ms after the start of the test. */
  readonly at: number;
  readonly firing: readonly AlertView[];
  readonly pending: readonly Alert[];
}

/** What is known of the way from alert to receiver. */
export interface Way {
  readonly receivers: ReadonlyMap<string, readonly ReceiverNotifier[]>;
  readonly told: readonly ToldPage[];
  /** ms since the epoch. */
  readonly start: number;
}

/** Why a page that was expected was not told, by how things stood then. */
export function whyNotTold(page: ExpectedPage, standing: Standing, way: Way): string {
  const { firing, pending } = standing;
  const isMeant = (alert: Alert): boolean => pageLine([alert]) === page.summary;
  const view = firing.find(({ alert }) => isMeant(alert));
  if (page.status === 'resolved') return view === undefined ? 'nothing told so has ended' : 'it still fires';
  if (view !== undefined) return whyHeldBack(view, page, standing, way);
  const waiting = pending.find(isMeant);
  if (waiting !== undefined)
    return `its alert is pending since ${formatDuration(waiting.activeAt - way.start)}, see its rule's for`;
  return nothingSaysSo(page, standing);
}

/** Why an alert that fires is not told, or not now. */
function whyHeldBack(
  { alert, receivers, mutes, foldedInto, incidents, isProcessed }: AlertView,
  { receiver }: ExpectedPage,
  { at }: Standing,
  { told, ...way }: Way,
): string {
  if (!receivers.includes(receiver)) return `its routes lead to ${receivers.join(', ')}`;
  if (mutes.length > 0) return mutes.map(({ reason }) => reason).join('; ');
  const notifiers = way.receivers.get(receiver) ?? [];
  if (notifiers.length === 0)
    return `${receiver} has nothing to tell it by: give it a pagerduty_configs or so`;
  if (!notifiers.some(({ wakes }) => isToldTo(wakes, alert.labels)))
    return `nobody at ${receiver} is told of severity ${severityOf(alert.labels)}`;
  const open = told.findLast(
    (page) => page.at <= at && (page.key === foldedInto || incidents.includes(page.key)),
  );
  if (open !== undefined)
    return `it is part of what ${open.receiver} was told at ${formatDuration(open.at)}: ${open.summary}`;
  if (foldedInto !== undefined) return 'it is part of an incident of many';
  if (!isProcessed)
    return `it fires since ${formatDuration((alert.firedAt ?? alert.activeAt) - way.start)} and waits for its group_wait`;
  return 'its group is told of changes once in a group_interval';
}

function nothingSaysSo({ summary }: ExpectedPage, { firing, pending }: Standing): string {
  const lines = [...firing.map(({ alert }) => alert), ...pending].map((alert) => pageLine([alert]));
  if (lines.length === 0) return 'no alert fires or is pending then';
  // What concerns the same tenant comes first.
  const subject = summary.slice(0, summary.indexOf(':') + 1);
  const nearest = lines.toSorted((a, b) => Number(b.startsWith(subject)) - Number(a.startsWith(subject)));
  const more = lines.length > MOST_LINES ? ` and ${lines.length - MOST_LINES} more` : '';
  const some = nearest.slice(0, MOST_LINES).map((line) => JSON.stringify(line));
  return `no alert says so then; there is ${some.join(', ')}${more}`;
}
