import { html } from 'hono/html';
import { ANNOTATIONS } from '../../model/alert.ts';
import { humanDuration } from '../../model/duration.ts';
import type { IncidentDetails } from '../../model/incident.ts';
import { pastWords } from '../../notify/incident-words.ts';
import type { WebSources } from '../sources.ts';
import { alertTable, glyph, shownAlerts } from './alert-table.ts';
import { graphPath } from './graph-path.ts';
import type { IncidentFacts } from './incident-facts.ts';
import { ago, at, outwards, page, type Html } from './page.ts';
import { receiverTable, receiverTroubles } from './receivers-of.ts';
import { timelineOf } from './timeline.ts';

const ROOT = '../';
/** Of all that were healed lately those of the incident are few. */
const HEALS = 200;
const MOST_MEMBERS = 200;

/** An incident in the order in which a tired reader needs it; the same words as receivers are told. */
export function incidentPage(facts: IncidentFacts, sources: WebSources): Html {
  const now = sources.clock.now();
  const details = facts.told?.details;
  return page(sources, {
    title: facts.line,
    root: ROOT,
    main: html`<div class="narrow">
        <p class="kind">${stateOf(facts, now)}<span class="quiet">${acknowledged(facts, now)}</span></p>
        <h1>${facts.line}</h1>
        ${impactOf(facts)} ${receiverTroubles(facts, now)} ${quietly(facts)} ${doFirst(facts, details)}
        ${tried(facts)} ${facts.state === 'ended' ? '' : evidence(facts, details)} ${shared(details)}
        ${receiverTable(facts, now)} ${timeline(facts, sources, now)} ${lastTime(details)}
        ${linesOf('Also firing', details?.alsoFiring)} ${linesOf('Notes', details?.notes)}
      </div>
      ${members(facts, sources)}`,
    ...(facts.state === 'ended' ? {} : { actions: actionsOf(facts) }),
  });
}

function stateOf({ state, severity, startedAt, episode }: IncidentFacts, now: number): Html {
  const word = severity === 'page' ? 'down' : 'degraded';
  const kind = `${severity.charAt(0).toUpperCase()}${severity.slice(1)}`;
  const lasted = humanDuration(Math.max(0, now - startedAt));
  if (state === 'open')
    return html`<span
      >${glyph(word)} <span class="state ${word}">${kind}, firing ${lasted}</span> since
      ${at(startedAt, now)}</span
    >`;
  if (state === 'quiet') return html`<span class="state muted">Fires for ${lasted}, nobody is told</span>`;
  const endedAt = episode?.endedAt;
  return html`<span class="state healthy"
    >Over${endedAt === undefined ? '' : html`, ended ${ago(endedAt, now)}`}</span
  >`;
}

function acknowledged({ acknowledged: by, state }: IncidentFacts, now: number): Html | string {
  if (by === undefined) return state === 'open' ? 'not acknowledged' : '';
  return html`acknowledged by ${by.by.name} ${at(by.at, now)}`;
}

/** Who is concerned, where the line does not say all of it. */
function impactOf({ told, line }: IncidentFacts): Html | '' {
  const impact = told?.details.impact;
  return impact === undefined || impact === line ? '' : html`<p class="why">${impact}</p>`;
}

/** Why nobody is told, or where it is told. */
function quietly({ state, foldedInto, episode }: IncidentFacts): Html | '' {
  if (foldedInto !== undefined)
    return html`<p>
      It is told as part of <a href="${ROOT}incidents/${encodeURIComponent(foldedInto)}">another incident</a>,
      together with others.
    </p>`;
  if (state === 'quiet') return html`<p>Below is why, and until when.</p>`;
  if (state === 'ended')
    return html`<p>
      There is nothing left to do${episode?.ended === undefined ? '' : `: ${episode.ended}`}.
    </p>`;
  return '';
}

function doFirst({ told, alerts }: IncidentFacts, details: IncidentDetails | undefined): Html | '' {
  const action = details?.action ?? (told === undefined ? alerts[0]?.alert.annotations['action'] : undefined);
  const links = [
    outwards(details?.links.runbook, 'Runbook', 'btn wide'),
    outwards(details?.links.subject, 'Open in Octopus', 'btn wide'),
  ];
  if (action === undefined && links.every((link) => link === '')) return '';
  return html`<section class="do">
    <h2>Do first</h2>
    <p>${action ?? ''}</p>
    ${links}
  </section>`;
}

function tried({ told }: IncidentFacts): Html | '' {
  if (told === undefined) return '';
  if (told.heals.length > 0) return linesOf('Tried', told.heals);
  return html`<section>
    <h2>Tried</h2>
    <p class="quiet">no automatic remedy</p>
  </section>`;
}

function evidence({ told, alerts, key }: IncidentFacts, details: IncidentDetails | undefined): Html {
  const known = told?.alerts ?? alerts.map(({ alert }) => alert);
  const expressions = new Set(known.map(({ expression }) => expression));
  const tenants = new Set(known.map(({ labels }) => labels['tenant']));
  const [expression, tenant] = [onlyOf(expressions), onlyOf(tenants)];
  return html`<section>
    <h2>Evidence</h2>
    ${details?.value === undefined ? '' : html`<p>${details.value}</p>`}
    <p>
      ${expression === undefined ? '' : html`<a href="${ROOT}${graphPath(expression)}">Graph</a>`}
      ${tenant === undefined ? '' : html`<a href="${ROOT}tenants/${encodeURIComponent(tenant)}">Tenant ${tenant}</a>`}
      <a href="${ROOT}silences/new?incident=${encodeURIComponent(key)}">Silence</a>
    </p>
  </section>`;
}

function onlyOf(values: ReadonlySet<string | undefined>): string | undefined {
  return values.size === 1 ? [...values][0] : undefined;
}

function shared(details: IncidentDetails | undefined): Html | '' {
  const [first] = details?.shared ?? [];
  if (details === undefined || first === undefined) return '';
  return html`<section>
    <h2>What the ${first.ofVictims} share</h2>
    <table class="share">
      <thead>
        <tr>
          <th scope="col">Same</th>
          <th scope="col">Of the ${first.ofVictims}</th>
          <th scope="col">Of the others</th>
        </tr>
      </thead>
      <tbody>
        ${details.shared.map(
          ({ name, value, victims, ofVictims, others, ofOthers }) =>
            html`<tr>
              <th scope="row">${name.replaceAll('_', ' ')} <b>${value}</b></th>
              <td>${victims} of ${ofVictims}</td>
              <td>${others} of ${ofOthers}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function timeline(facts: IncidentFacts, sources: WebSources, now: number): Html | '' {
  const entries = timelineOf(facts, sources.heals(HEALS));
  if (entries.length === 0) return '';
  return html`<section>
    <h2>Timeline</h2>
    <dl class="facts">
      ${entries.map(
        (entry) =>
          html`<dt>${at(entry.at, now)}</dt>
            <dd>${entry.text}</dd>`,
      )}
    </dl>
  </section>`;
}

function lastTime(details: IncidentDetails | undefined): Html | '' {
  return details?.lastSimilar === undefined ? '' : linesOf('Last time', [pastWords(details.lastSimilar)]);
}

function linesOf(heading: string, lines: readonly string[] = []): Html | '' {
  if (lines.length === 0) return '';
  return html`<section>
    <h2>${heading}</h2>
    <ul class="lines">
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>
  </section>`;
}

function members({ alerts, key }: IncidentFacts, sources: WebSources): Html | '' {
  if (alerts.length === 0) return '';
  const heading = html`<h2>Alerts <span>${alerts.length} firing</span></h2>`;
  if (alerts.every(({ foldedInto }) => foldedInto === key))
    return html`${heading} ${memberList(alerts, sources)}`;
  const shown = shownAlerts(
    alerts.map(({ alert }) => alert),
    alerts,
    sources,
  );
  return html`${heading} ${alertTable(shown, sources, ROOT)}`;
}

/** Of a storm: a line each, as all are told here. */
function memberList(alerts: IncidentFacts['alerts'], { onCall }: WebSources): Html {
  const lines = alerts.slice(0, MOST_MEMBERS).map(({ alert: { labels, annotations } }) => {
    const { tenant } = labels;
    const words = onCall.redact(annotations[ANNOTATIONS.summary] ?? labels['alertname'] ?? '');
    return html`<li>
      ${tenant === undefined ? words : html`<a href="${ROOT}tenants/${encodeURIComponent(tenant)}">${words}</a>`}
    </li>`;
  });
  const more = alerts.length - lines.length;
  return html`<ul class="lines">
    ${lines} ${more > 0 ? html`<li class="quiet">And ${more} more.</li>` : ''}
  </ul>`;
}

function actionsOf({ key, state }: IncidentFacts): Html {
  const id = encodeURIComponent(key);
  return html`${state === 'open' ? html`<a class="btn primary" href="${ROOT}incidents/${id}/acknowledge">Acknowledge</a>` : ''}
    <a class="btn" href="${ROOT}silences/new?incident=${id}">Silence</a>`;
}
