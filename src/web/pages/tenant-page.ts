import { html } from 'hono/html';
import type { IncidentEntry } from '../../alerts/log/incident-log.ts';
import { humanDuration } from '../../model/duration.ts';
import type { HealRow, WebSources } from '../sources.ts';
import { tenantView } from '../tenant-state.ts';
import { alertTable, glyph, shownAlerts } from './alert-table.ts';
import { firingNow } from './firing-now.ts';
import { ago, at, page, type Html } from './page.ts';

const ROOT = '../';
const HEALS = 200;
const INCIDENTS = 20;

/** What is known of a tenant; undefined when it is not in the fleet, and nothing was ever of it. */
export function tenantPage(tenant: string, sources: WebSources): Html | undefined {
  const row = sources.tenants().find((each) => each.tenant === tenant);
  const { alerts, views } = firingNow(sources);
  const own = alerts.filter(({ labels }) => labels['tenant'] === tenant);
  const incidents = sources.onCall.log.ofTenant(tenant, INCIDENTS).toReversed();
  if (row === undefined && own.length === 0 && incidents.length === 0) return undefined;
  const { state, worst } = tenantView(row ?? { tenant, info: {} }, own, sources.healStatus);
  const now = sources.clock.now();
  const heals = sources.heals(HEALS).filter((heal) => heal.tenant === tenant);
  return page(sources, {
    title: `${tenant} ${state}`,
    root: ROOT,
    main: html`<h1>${glyph(state)} ${tenant} ${state}</h1>
      ${worst === undefined ? '' : html`<p>${sources.onCall.redact(worst.annotations['summary'] ?? '')}</p>`}
      ${row === undefined ? html`<p class="quiet">It is not in the fleet now.</p>` : infoOf(row.info)}
      <h2>Alerts <span>${own.length} firing</span></h2>
      ${own.length === 0 ? html`<p class="quiet">Nothing fires.</p>` : alertTable(shownAlerts(own, views, sources), sources, ROOT)}
      <h2>Heals <span>${heals.length} lately</span></h2>
      ${heals.length === 0 ? html`<p class="quiet">Nothing was healed lately.</p>` : healTable(heals, now)}
      <h2>Incidents <span>the last ${INCIDENTS} at most</span></h2>
      ${incidents.length === 0 ? html`<p class="quiet">None is known.</p>` : incidentTable(incidents, now)}`,
  });
}

function infoOf(info: Readonly<Record<string, string>>): Html {
  return html`<dl class="facts">
    ${Object.entries(info).map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function healTable(heals: readonly HealRow[], now: number): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Outcome</th>
        <th scope="col">What</th>
        <th scope="col">Started</th>
      </tr>
    </thead>
    <tbody>
      ${heals.map(
        ({ state, detail, alertName, remedy, startedAt }) =>
          html`<tr>
            <th scope="row">${state}</th>
            <td>${detail} <span class="quiet">${alertName}, ${remedy}</span></td>
            <td class="nowrap">${ago(startedAt, now)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function incidentTable(incidents: readonly IncidentEntry[], now: number): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Incident</th>
        <th scope="col">Began</th>
        <th scope="col">How it went</th>
      </tr>
    </thead>
    <tbody>
      ${incidents.map(
        (entry) =>
          html`<tr>
            <th scope="row">
              <a href="${ROOT}incidents/${encodeURIComponent(entry.key)}">${entry.summary}</a>
            </th>
            <td class="nowrap">${at(entry.startedAt, now)}</td>
            <td>${outcome(entry)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function outcome({ startedAt, endedAt, ended, acknowledged }: IncidentEntry): string {
  const by = acknowledged === undefined ? '' : `, acknowledged by ${acknowledged.by.name}`;
  if (endedAt === undefined) return `open${by}`;
  return `${ended ?? 'over'} after ${humanDuration(endedAt - startedAt)}${by}`;
}
