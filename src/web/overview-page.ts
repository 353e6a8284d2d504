import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { ANNOTATIONS, severityOf, type Alert } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import { situation } from './situation.ts';
import type { HealRow, WebSources } from './sources.ts';
import { STYLE } from './style.ts';
import { stateOf, TENANT_STATES, tenantView, type TenantState, type TenantView } from './tenant-state.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The page: the situation in one sentence, every tenant as a cell, what fires, what was healed. Works without script. */
export function overviewPage(sources: WebSources): Html {
  const alerts = sources.alerts();
  const views = sources.tenants().map((tenant) => tenantView(tenant, alerts, sources.healStatus));
  const sentence = situation(views);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="5" />
        <title>${sentence} · octowatch</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header class="top">
          <b>octowatch</b><span class="quiet">${sources.version}</span>${proofOfLife(sources)}
        </header>
        ${sources.notice === undefined ? '' : html`<div class="notice">${sources.notice}</div>`}
        <main>
          <h1>${sentence}</h1>
          ${counts(views)}
          <ul class="fleet" aria-label="Tenants">
            ${views.map(cell)}
          </ul>
          ${alertTable(firing(alerts, sources), sources)} ${healTable(sources.heals(20), sources.clock.now())}
        </main>
      </body>
    </html>`;
}

/** The alerts that fire, the worst first, then the oldest. */
function firing(alerts: readonly Alert[], sources: WebSources): readonly Alert[] {
  const rank = (alert: Alert): number => TENANT_STATES.indexOf(stateOf(alert, sources.healStatus(alert.key)));
  return alerts
    .filter(({ state }) => state === 'firing')
    .toSorted((a, b) => rank(a) - rank(b) || a.activeAt - b.activeAt);
}

function proofOfLife(sources: WebSources): Html {
  const last = sources.lastEvaluation();
  if (last === undefined) return html`<span class="live" data-stale>no rules evaluated yet</span>`;
  const age = sources.clock.now() - last;
  const stale = age > 2 * sources.evaluationMs + 1000;
  return html`<span class="live" ${stale ? raw('data-stale') : ''}
    >${stale ? 'stale' : 'live'}, ${humanDuration(age)} ago</span
  >`;
}

function counts(views: readonly TenantView[]): Html {
  const rows = TENANT_STATES.map((state) => ({
    state,
    count: views.filter((view) => view.state === state).length,
  }));
  return html`<ul class="counts">
    ${rows
      .filter(({ count, state }) => count > 0 || state === 'down')
      .map(
        ({ state, count }) =>
          html`<li>${glyph(state)} <span class="state ${state}">${state}</span> <b>${count}</b></li>`,
      )}
  </ul>`;
}

function cell(view: TenantView): Html {
  const text =
    view.worst === undefined
      ? `${view.tenant}: ${view.state}`
      : (view.worst.annotations['summary'] ?? view.tenant);
  return html`<li title="${text}">
    <span class="cell ${view.state}" role="img" aria-label="${text}"></span>
  </li>`;
}

function glyph(state: TenantState): Html {
  return html`<span class="cell ${state}" aria-hidden="true"></span>`;
}

function alertTable(alerts: readonly Alert[], sources: WebSources): Html {
  if (alerts.length === 0)
    return html`<h2>Alerts</h2>
      <p class="quiet">Nothing fires.</p>`;
  const now = sources.clock.now();
  return html`<h2>Alerts <span>${alerts.length} firing</span></h2>
    <table>
      <thead>
        <tr>
          <th>State</th>
          <th>What</th>
          <th>Since</th>
          <th>Being done</th>
          <th>Do first</th>
        </tr>
      </thead>
      <tbody>
        ${alerts.map((alert) => alertRow(alert, sources, now))}
      </tbody>
    </table>`;
}

function alertRow(alert: Alert, sources: WebSources, now: number): Html {
  const heal = sources.healStatus(alert.key);
  const state = stateOf(alert, heal);
  const summary = alert.annotations['summary'] ?? alert.labels['alertname'] ?? '';
  return html`<tr>
    <td>
      ${glyph(state)}
      <span class="state ${state}">${severityOf(alert.labels) === 'log' ? 'log' : state}</span>
    </td>
    <td>${summary} <span class="quiet">${alert.labels['alertname']}</span></td>
    <td class="nowrap">${since(alert.activeAt, now)}</td>
    <td>${heal?.detail ?? ''}</td>
    <td>${alert.annotations['action'] ?? ''} ${linkOf(alert)}</td>
  </tr>`;
}

/** An address that is not http is not made a link: annotations hold what others named. */
function linkOf({ annotations }: Alert): Html | string {
  const address = annotations[ANNOTATIONS.link] ?? '';
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) return '';
  return html`<a href="${address}" rel="noreferrer">Open</a>`;
}

function healTable(heals: readonly HealRow[], now: number): Html {
  if (heals.length === 0)
    return html`<h2>Heals</h2>
      <p class="quiet">Nothing was healed yet.</p>`;
  return html`<h2>Heals <span>last ${heals.length}</span></h2>
    <table>
      <thead>
        <tr>
          <th>Outcome</th>
          <th>Tenant</th>
          <th>What</th>
          <th>Started</th>
        </tr>
      </thead>
      <tbody>
        ${heals.map(
          (heal) =>
            html`<tr>
              <td class="nowrap">${heal.state}</td>
              <td>${heal.tenant}</td>
              <td>${heal.detail} <span class="quiet">${heal.alertName}, ${heal.remedy}</span></td>
              <td class="nowrap">${since(heal.startedAt, now)} ago</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function since(time: number, now: number): Html {
  return html`<time datetime="${new Date(time).toISOString()}"
    >${humanDuration(Math.max(0, now - time))}</time
  >`;
}
