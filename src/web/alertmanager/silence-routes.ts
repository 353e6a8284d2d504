import { Hono } from 'hono';
import { formatMatchers } from '../../alerts/matchers/format-matcher.ts';
import { sayTime } from '../../alerts/mute/say-time.ts';
import { toMatcher, toSilenceMatcher } from '../../alerts/mute/silence-matchers.ts';
import { Failure } from '../../model/failure.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { AuditEntry } from '../../model/on-call.ts';
import type { Clock } from '../../model/ports.ts';
import type { Silence, SilenceMatcher, SilenceState } from '../../model/silence.ts';
import { answered, limited, readBody } from './answer.ts';
import { filterOf, flagOf } from './parameters.ts';
import { parsePostedSilence } from './posted-silence.ts';
import { silenceJson } from './silence-json.ts';
import type { AlertmanagerSources } from './sources.ts';

/** A silence is 64 KiB at most. */
const MAX_BODY_BYTES = 256 * 1024;
/** Who ends a silence is no part of Alertmanager's request. */
const UNNAMED = 'somebody with the token';
const ORDER: readonly SilenceState[] = ['active', 'pending', 'expired'];

interface Listed {
  readonly silence: Silence;
  readonly state: SilenceState;
}

/** `/silences` and `/silence/<id>` (api/v2/api.go). `?by=` of a DELETE names who does it. */
export function silenceRoutes(sources: AlertmanagerSources & { readonly clock: Clock }): Hono {
  const { silences, dispatcher, clock } = sources;

  function note(action: AuditEntry['action'], name: string, silence: Silence): void {
    sources.audit({
      at: clock.now(),
      by: { name: name === '' ? UNNAMED : name, via: 'api' },
      action,
      subject: silence.id,
      detail: wordsOf(silence, clock.now()),
    });
  }

  function find(id: string): Silence {
    const silence = silences.find(id);
    if (silence === undefined) throw new Failure('not_found', `silence ${id} not found`);
    return silence;
  }

  return new Hono()
    .get('/silences', (context) =>
      answered(context, () => {
        const matchers = filterOf(context).map(toSilenceMatcher);
        const states = ORDER.filter((state) => flagOf(context, state));
        const listed = silences
          .all()
          .map((silence) => ({ silence, state: silences.stateOf(silence) }))
          .filter(({ silence, state }) => states.includes(state) && hasAll(silence, matchers))
          .toSorted(byUrgency);
        return context.json(listed.map(({ silence, state }) => silenceJson(silence, state)));
      }),
    )
    .post('/silences', limited(MAX_BODY_BYTES), (context) =>
      answered(context, async () => {
        const silence = silences.put(parsePostedSilence(await readBody(context, 'silence')));
        dispatcher.mutesChanged();
        note('silence', silence.createdBy, silence);
        return context.json({ silenceID: silence.id });
      }),
    )
    .get('/silence/:id', (context) =>
      answered(context, () => {
        const silence = find(context.req.param('id'));
        return context.json(silenceJson(silence, silences.stateOf(silence)));
      }),
    )
    .delete('/silence/:id', (context) =>
      answered(context, () => {
        const silence = find(context.req.param('id'));
        // One that has ended is what was asked for.
        if (silences.stateOf(silence) === 'expired') return context.body(null, 200);
        const ended = silences.expire(silence.id);
        dispatcher.mutesChanged();
        note('expire_silence', context.req.query('by') ?? '', ended);
        return context.body(null, 200);
      }),
    );
}

/** A silence is found by matchers that it has itself, whatever they would match. */
function hasAll({ matchers }: Silence, wanted: readonly SilenceMatcher[]): boolean {
  return wanted.every(({ name, value, isRegex, isEqual }) =>
    matchers.some(
      (own) => own.name === name && own.value === value && own.isRegex === isRegex && own.isEqual === isEqual,
    ),
  );
}

/** Active ones that end next, then those that begin next, then those that ended last (SortSilences of api.go). */
function byUrgency(a: Listed, b: Listed): number {
  if (a.state !== b.state) return ORDER.indexOf(a.state) - ORDER.indexOf(b.state);
  if (a.state === 'pending') return a.silence.startsAt - b.silence.startsAt;
  const later = a.silence.endsAt - b.silence.endsAt;
  return a.state === 'active' ? later : -later;
}

function wordsOf({ matchers, endsAt, comment }: Silence, now: number): string {
  const named: readonly Matcher[] = matchers.map(toMatcher);
  return `${formatMatchers(named)} until ${sayTime(endsAt, now)}: ${comment.replaceAll(/\s+/g, ' ')}`;
}
