import { cutText } from '../../model/cut-text.ts';
import type { Mute } from '../../model/on-call.ts';
import type { Silence } from '../../model/silence.ts';
import { sayTime } from './say-time.ts';

const LONGEST_COMMENT = 100;
const LONGEST_NAME = 50;

/** What a silence says to an alert at `now`, ms: `silenced by jo until 05:00 UTC: upgrade`. */
export function silenceMute(silence: Silence, now: number): Mute {
  const { id, createdBy, comment, endsAt, endsWithAlert } = silence;
  const by = inOneLine(createdBy, LONGEST_NAME);
  const why = inOneLine(comment, LONGEST_COMMENT);
  const until = `${endsWithAlert ? 'until it is over, at most ' : ''}until ${sayTime(endsAt, now)}`;
  const reason = `silenced${by === '' ? '' : ` by ${by}`} ${until}${why === '' ? '' : `: ${why}`}`;
  return { kind: 'silence', id, reason, until: endsAt };
}

function inOneLine(text: string, max: number): string {
  return cutText(text.replaceAll(/\s+/g, ' ').trim(), max);
}
