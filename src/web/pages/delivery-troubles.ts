import { html } from 'hono/html';
import { kindName } from '../../alerts/kind-name.ts';
import { humanDuration } from '../../model/duration.ts';
import type { SeriesReader } from '../../model/series.ts';
import { evaluateInstant } from '../../promql/evaluate.ts';
import { parseExpression } from '../../promql/parser.ts';
import type { WebSources } from '../sources.ts';
import type { Html } from './page.ts';

type TroubleSources = Pick<WebSources, 'clock' | 'onCall' | 'reader'>;

/** Notifications that were given up, of this agent since its start. */
const LOST = parseExpression('sum by (receiver, kind) (octowatch_notifications_lost_total) > 0');

/** Sentences about those who are not reached: it is seen here, as they cannot say it themselves. */
export function deliveryTroubles({ clock, onCall, reader }: TroubleSources): string[] {
  const now = clock.now();
  return [...failing(onCall, now), ...silentWatchdogs(onCall, now), ...lost(reader, now)];
}

/** Above all pages that show the fleet. */
export function troubleBanner(troubles: readonly string[]): Html | '' {
  if (troubles.length === 0) return '';
  return html`<div class="alert" role="status">${troubles.map((trouble) => html`<p>${trouble}</p>`)}</div>`;
}

/** `PagerDuty (on-call) has not taken 3 incidents for 12m: 3 went to Slack (chat) instead. Its answer: …` */
function failing({ dispatcher }: WebSources['onCall'], now: number): string[] {
  const views = dispatcher.incidents();
  const failed = Map.groupBy(
    views.filter(({ error }) => error !== undefined),
    ({ kind, receiver }) => `${kindName(kind)} (${receiver})`,
  );
  return [...failed].map(([name, own]) => {
    const since = Math.min(...own.map(({ failingSince = now }) => failingSince));
    const keys = new Set(own.map(({ incident }) => incident.key));
    const others = views.filter(({ incident, error }) => keys.has(incident.key) && error === undefined);
    const reached = new Set(others.map(({ incident }) => incident.key)).size;
    const names = [...new Set(others.map(({ kind, receiver }) => `${kindName(kind)} (${receiver})`))];
    const count = (n: number): string => (n === 1 ? '1 incident' : `${n} incidents`);
    const instead = reached === 0 ? 'nobody else has them' : `${reached} went to ${names.join(', ')} instead`;
    return `${name} has not taken ${count(keys.size)} for ${humanDuration(now - since)}: ${instead}. Its answer: ${own[0]?.error ?? ''}`;
  });
}

function silentWatchdogs({ dispatcher }: WebSources['onCall'], now: number): string[] {
  return [...dispatcher.lanes()].flatMap(({ target, record, error, failingSince }) => {
    if (target.isHeartbeat !== true || error === undefined) return [];
    const since = failingSince === undefined ? '' : ` for ${humanDuration(now - failingSince)}`;
    return [`The watchdog of ${record.receiver} has not been answered${since}: ${error.message}`];
  });
}

function lost(reader: SeriesReader, now: number): string[] {
  const found = evaluateInstant(LOST, { reader, time: now });
  if (found.type !== 'vector') return [];
  return found.labels.map(({ receiver = '', kind = '' }, index) => {
    const count = found.values[index] ?? 0;
    const ends = count === 1 ? 'The end of 1 incident was' : `The ends of ${count} incidents were`;
    return `${ends} given up since the start: close them at ${kindName(kind)} (${receiver}) by hand`;
  });
}
