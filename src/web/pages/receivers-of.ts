import { html } from 'hono/html';
import { kindName } from '../../alerts/kind-name.ts';
import type { IncidentView } from '../../model/incident.ts';
import type { IncidentFacts } from './incident-facts.ts';
import { ago, at, type Html } from './page.ts';

/** Where an incident is, since when, and what the last attempt answered where that failed. */
export function receiverTable({ views, story, startedAt }: IncidentFacts, now: number): Html | '' {
  if (views.length === 0) return '';
  return html`<section>
    <h2>Who is told</h2>
    <ul class="lines">
      ${views.map((view) => {
        const since = toldAt(view, story.pages, startedAt);
        const name = html`<b>${kindName(view.kind)}</b> <span class="quiet">${view.receiver}</span>`;
        if (view.error !== undefined)
          return html`<li>${name}: <span class="state down">fails</span> ${trouble(view, now)}</li>`;
        return html`<li>${name}: ${since === undefined ? 'is told' : html`since ${at(since, now)}`}</li>`;
      })}
    </ul>
  </section>`;
}

/** Above all else: who was not reached, why, and who was instead. */
export function receiverTroubles({ views }: IncidentFacts, now: number): Html | '' {
  const failing = views.filter(({ error }) => error !== undefined);
  if (failing.length === 0) return '';
  const reached = views
    .filter(({ error }) => error === undefined)
    .map(({ kind, receiver }) => `${kindName(kind)} (${receiver})`);
  const instead = reached.length === 0 ? 'Nobody else was told.' : `Told: ${reached.join(', ')}.`;
  return html`<div class="problem" role="status">
    ${failing.map((view) => html`<p><b>${kindName(view.kind)} (${view.receiver})</b> fails: ${trouble(view, now)}</p>`)}
    <p>${instead}</p>
  </div>`;
}

function trouble({ error, failingSince }: IncidentView, now: number): Html {
  return html`${error}${failingSince === undefined ? '' : html`, since ${ago(failingSince, now)}`}`;
}

function toldAt(
  { kind, receiver }: IncidentView,
  pages: IncidentFacts['story']['pages'],
  startedAt: number,
): number | undefined {
  return pages.findLast((page) => page.kind === kind && page.receiver === receiver && page.at >= startedAt)
    ?.at;
}
