import { html } from 'hono/html';
import { ANNOTATIONS, type Alert } from '../../model/alert.ts';
import type { AlertView } from '../../model/on-call.ts';
import type { WebSources } from '../sources.ts';
import { stateOf, TENANT_STATES, type TenantState } from '../tenant-state.ts';
import { alertStatus, type AlertStatus } from './alert-status.ts';
import { ago, outwards, type Html } from './page.ts';

/** Rows of one table; what is beyond is counted. */
const MOST_ROWS = 200;

/** An alert that fires, and why it is told or is not. */
export interface ShownAlert {
  readonly alert: Alert;
  readonly view?: AlertView;
  readonly status: AlertStatus;
  /** What it makes of its tenant. */
  readonly state: TenantState;
}

type TableSources = Pick<WebSources, 'clock' | 'healStatus' | 'onCall'>;

/** Alerts that fire with their status: what is told before what is quiet, the worst first, then the oldest. */
export function shownAlerts(
  alerts: readonly Alert[],
  views: readonly AlertView[],
  { clock, healStatus }: TableSources,
): ShownAlert[] {
  const now = clock.now();
  const known = new Map(views.map((view) => [view.alert.key, view]));
  return alerts
    .filter(({ state }) => state === 'firing')
    .map((alert) => {
      const view = known.get(alert.key);
      const status = alertStatus(alert, view, healStatus(alert.key), now);
      const state = stateOf(alert, healStatus(alert.key));
      return { alert, status, state, ...(view === undefined ? {} : { view }) };
    })
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.alert.activeAt - b.alert.activeAt);
}

/** What wakes, what will unless it is healed, what waits for the day, what is quiet. */
function rankOf({ state, status }: ShownAlert): number {
  if (status.word === 'held') return 0.5;
  return (status.isQuiet ? TENANT_STATES.length : 0) + TENANT_STATES.indexOf(state);
}

/** A table of alerts. @param root the way to the first page */
export function alertTable(shown: readonly ShownAlert[], sources: TableSources, root: string): Html {
  const more = shown.length - MOST_ROWS;
  return html`<table>
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">What</th>
          <th scope="col">Since</th>
          <th scope="col">Why it is told or is not</th>
          <th scope="col">Do first</th>
        </tr>
      </thead>
      <tbody>
        ${shown.slice(0, MOST_ROWS).map((each) => alertRow(each, sources, root))}
      </tbody>
    </table>
    ${more > 0 ? html`<p class="quiet">And ${more} more.</p>` : ''}`;
}

function alertRow({ alert, view, status }: ShownAlert, { clock, onCall }: TableSources, root: string): Html {
  const { redact } = onCall;
  const { alertname = '' } = alert.labels;
  const summary = redact(alert.annotations[ANNOTATIONS.summary] ?? alertname);
  const key = view?.foldedInto ?? view?.incidents[0];
  return html`<tr>
    <td class="nowrap">${glyph(status.word)} <span class="state ${status.word}">${status.word}</span></td>
    <th scope="row">
      ${key === undefined ? summary : html`<a href="${root}incidents/${encodeURIComponent(key)}">${summary}</a>`}
      <span class="quiet">${redact(alertname)}</span>
    </th>
    <td>${ago(alert.activeAt, clock.now())}</td>
    <td>${redact(status.reason)}</td>
    <td>
      ${redact(alert.annotations[ANNOTATIONS.action] ?? '')}
      ${outwards(alert.annotations[ANNOTATIONS.link], 'Open')}
    </td>
  </tr>`;
}

/** The sign of a state, beside its word. */
export function glyph(word: AlertStatus['word']): Html {
  return html`<span class="cell ${word}" aria-hidden="true"></span>`;
}
