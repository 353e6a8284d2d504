import { html } from 'hono/html';
import { alertTable, glyph, shownAlerts, type ShownAlert } from './pages/alert-table.ts';
import { deliveryTroubles, troubleBanner } from './pages/delivery-troubles.ts';
import { firingNow } from './pages/firing-now.ts';
import { foldedTable } from './pages/folded-table.ts';
import { ago, page, type Html } from './pages/page.ts';
import { situation } from './situation.ts';
import type { HealRow, WebSources } from './sources.ts';
import { TENANT_STATES, tenantView, type TenantView } from './tenant-state.ts';

const ROOT = './';

/** The page: the situation in one sentence, every tenant as a cell, what fires, what was healed. Works without script. */
export function overviewPage(sources: WebSources): Html {
  const { alerts, views: alertViews } = firingNow(sources);
  const views = sources.tenants().map((tenant) => tenantView(tenant, alerts, sources.healStatus));
  const sentence = situation(views);
  const shown = shownAlerts(alerts, alertViews, sources);
  const folded = shown.filter(({ status }) => status.word === 'folded');
  const alone = shown.filter(({ status }) => status.word !== 'folded');
  return page(sources, {
    title: sentence,
    root: ROOT,
    refreshS: 5,
    banner: troubleBanner(deliveryTroubles(sources)),
    main: html`<h1>${sentence}</h1>
      ${counts(views)}
      <ul class="fleet" aria-label="Tenants">
        ${views.map(cell)}
      </ul>
      <h2>Alerts ${shown.length === 0 ? '' : html`<span>${firingWords(shown)}</span>`}</h2>
      ${shown.length === 0 ? html`<p class="quiet">Nothing fires.</p>` : ''}
      ${folded.length === 0 ? '' : foldedTable(folded, sources, ROOT)}
      ${alone.length === 0 ? '' : alertTable(alone, sources, ROOT)}
      ${healTable(sources.heals(20), sources.clock.now())}`,
  });
}

/** `41 firing, 3 of them told to nobody` */
function firingWords(shown: readonly ShownAlert[]): string {
  const quiet = shown.filter(({ status }) => status.isQuiet && status.word !== 'folded').length;
  return quiet === 0
    ? `${shown.length} firing`
    : `${shown.length} firing, ${quiet} of them told to nobody now`;
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
    <a
      class="cell ${view.state}"
      href="${ROOT}tenants/${encodeURIComponent(view.tenant)}"
      aria-label="${text}"
    ></a>
  </li>`;
}

function healTable(heals: readonly HealRow[], now: number): Html {
  if (heals.length === 0)
    return html`<h2>Heals</h2>
      <p class="quiet">Nothing was healed yet.</p>`;
  return html`<h2>Heals <span>last ${heals.length}</span></h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col">Tenant</th>
          <th scope="col">What</th>
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        ${heals.map(
          (heal) =>
            html`<tr>
              <td class="nowrap">${heal.state}</td>
              <td>${heal.tenant}</td>
              <td>${heal.detail} <span class="quiet">${heal.alertName}, ${heal.remedy}</span></td>
              <td class="nowrap">${ago(heal.startedAt, now)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}
