import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SilenceRequest } from '../../model/silence.ts';
import { SeededRandom } from '../../simulator/random.ts';
import {
  alert,
  HOUR,
  MINUTE,
  request,
  silenceWorld,
  START,
  type SilenceWorld,
} from './testing/silence-world.ts';

function world(): SilenceWorld {
  return silenceWorld(new SeededRandom('silences').next);
}

const acme = alert({ alertname: 'Down', tenant: 'acme' });
const globex = alert({ alertname: 'Down', tenant: 'globex' });

describe('a silence', () => {
  test('mutes what it matches, from its start up to its end, and says so in one line', async () => {
    const { silences, clock } = world();
    const { id } = silences.put(
      request('tenant="acme"', { startsAt: START + HOUR, comment: 'upgrade\nof disks' }),
    );
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const seen: [string, number][] = [];
    for (const at of [0, HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR]) {
      await clock.advance(START + at - clock.now());
      const found = silences.find(id);
      seen.push([found === undefined ? '' : silences.stateOf(found), silences.mutesOf(acme).length]);
    }
    assert.deepEqual(seen, [
      ['pending', 0],
      ['pending', 0],
      ['active', 1],
      ['active', 1],
      ['expired', 0],
    ]);
    assert.deepEqual(silences.mutesOf(globex), []);
  });

  test('gives the reason and its end', () => {
    const { silences } = world();
    const { id } = silences.put(request('tenant=~"acme|globex"'));
    assert.deepEqual(silences.mutesOf(acme), [
      { kind: 'silence', id, reason: 'silenced by jo until 05:00 UTC: upgrade', until: START + 2 * HOUR },
    ]);
    silences.put(request('tenant="globex"', { endsAt: START + 30 * HOUR, comment: '', endsWithAlert: true }));
    assert.deepEqual(
      silences.mutesOf(globex).map(({ reason }) => reason),
      [
        'silenced by jo until 05:00 UTC: upgrade',
        'silenced by jo until it is over, at most until Sun 09:00 UTC',
      ],
    );
  });

  const refused: readonly (readonly [matchers: string, over: Partial<SilenceRequest>, message: RegExp])[] = [
    ['', {}, /has no matcher: name the alerts/],
    ['a="",b=~"x|"', {}, /would be for everything: name a label/],
    ['a=b', { endsAt: START }, /ends before it starts: give an end after/],
    ['a=b', { startsAt: START - HOUR, endsAt: START }, /its end is past: give one that is to come/],
    ['a=b', { startsAt: Number.NaN }, /needs a start and an end/],
    [
      'a=b',
      { matchers: [{ name: '', value: 'b', isRegex: false, isEqual: true }] },
      /matcher 1 has no label name/,
    ],
    [
      'a=b',
      { matchers: [{ name: 'a', value: '(', isRegex: true, isEqual: true }] },
      /matcher 1 \(a\): regular expression "\(": missing closing \)/,
    ],
    [
      'a=b',
      { matchers: [{ name: 'a', value: '\ud800', isRegex: false, isEqual: true }] },
      /value of matcher 1 \(a\) is no UTF-8/,
    ],
    ['a=b', { comment: 'x'.repeat(70_000) }, /at most 100 matchers and 64 KiB/],
  ];
  for (const [matchers, over, message] of refused)
    test(`is refused: ${message.source}`, () => {
      const { silences } = world();
      assert.throws(() => silences.put(request(matchers, over)), { name: 'Failure', message });
      assert.deepEqual(silences.all(), []);
    });

  test('with a negative matcher alone is for all others, as it says', () => {
    const { silences } = world();
    silences.put(request('tenant!="acme"'));
    assert.deepEqual([silences.mutesOf(acme).length, silences.mutesOf(globex).length], [0, 1]);
  });

  test('is known by its annotation to end with its alert, whoever said so', () => {
    const { silences } = world();
    const said = silences.put(request('a=b', { annotations: { ends_with_alert: 'true', ticket: '7' } }));
    assert.equal(said.endsWithAlert, true);
    const asked = silences.put(request('a=b', { endsWithAlert: true }));
    assert.deepEqual(asked.annotations, { ends_with_alert: 'true' });
    const not = silences.put({ ...said, endsWithAlert: false });
    assert.equal(not.id, said.id);
    assert.deepEqual(not.annotations, { ticket: '7' });
  });

  test('is kept for five days after its end', async () => {
    const { silences, clock, restart } = world();
    silences.put(request('a=b'));
    await clock.advance(2 * HOUR + 5 * 24 * HOUR - 1);
    silences.expireOld();
    assert.equal(silences.all().length, 1);
    await clock.advance(1);
    silences.expireOld();
    assert.deepEqual([silences.all(), restart().all()], [[], []]);
  });

  test('is listed, the newest first', async () => {
    const { silences, clock } = world();
    const first = silences.put(request('a=b'));
    await clock.advance(MINUTE);
    const second = silences.put(request('a=c'));
    assert.deepEqual(silences.all(), [second, first]);
  });
});

describe('a change', () => {
  const day = { startsAt: START, endsAt: START + 2 * HOUR };
  const later = { startsAt: START + HOUR, endsAt: START + 3 * HOUR };
  type Change = readonly [name: string, first: typeof day, at: number, over: Partial<SilenceRequest>];
  const inPlace: readonly Change[] = [
    ['a later end while it is active', day, HOUR, { endsAt: START + 3 * HOUR }],
    ['an earlier end while it is active', day, HOUR, { endsAt: START + HOUR + 1 }],
    [
      'a start without its fraction of a second',
      { ...day, startsAt: START + 700 },
      HOUR,
      { startsAt: START },
    ],
    ['another comment and author', day, HOUR, { comment: 'longer', createdBy: 'kim' }],
    ['another start while it is pending', later, 0, { startsAt: START + MINUTE }],
  ];
  for (const [name, first, at, over] of inPlace)
    test(`of ${name} is made in place`, async () => {
      const { silences, clock } = world();
      const before = silences.put(request('tenant="acme"', first));
      await clock.advance(at);
      const changed = silences.put({ ...before, ...over });
      assert.deepEqual(changed, { ...before, ...over, updatedAt: clock.now() });
      assert.deepEqual(silences.all(), [changed]);
    });

  const anew: readonly Change[] = [
    ['another start while it is active', day, HOUR, { startsAt: START - HOUR }],
    ['other matchers', day, HOUR, { matchers: request('tenant="globex"').matchers }],
    ['a start in the past while it is pending', later, MINUTE, { startsAt: START }],
    ['anything after its end', day, 2 * HOUR, { endsAt: START + 5 * HOUR }],
  ];
  for (const [name, first, at, over] of anew)
    test(`of ${name} ends it and makes a new one`, async () => {
      const { silences, clock } = world();
      const before = silences.put(request('tenant="acme"', first));
      await clock.advance(at);
      const made = silences.put({ ...before, ...over });
      assert.notEqual(made.id, before.id);
      assert.deepEqual(
        [made.startsAt, silences.stateOf(made)],
        [clock.now(), 'active'],
        'the past is not changed',
      );
      assert.equal(silences.find(before.id)?.endsAt, clock.now());
    });

  test('of a silence that is not there is refused', () => {
    const { silences } = world();
    const failure = { name: 'Failure', reason: 'not_found', message: /there is no silence x: list them/ };
    assert.throws(() => silences.put(request('a=b', { id: 'x' })), failure);
    assert.throws(() => silences.expire('x'), failure);
  });

  test('ends it by hand, once', async () => {
    const { silences, clock } = world();
    const active = silences.put(request('tenant="acme"'));
    const pending = silences.put(request('tenant="acme"', { startsAt: START + HOUR }));
    await clock.advance(MINUTE);
    assert.equal(silences.expire(active.id).endsAt, START + MINUTE);
    const never = silences.expire(pending.id);
    assert.deepEqual([never.startsAt, never.endsAt], [START + MINUTE, START + MINUTE]);
    assert.deepEqual(silences.mutesOf(acme), []);
    assert.throws(() => silences.expire(active.id), { reason: 'invalid', message: /has ended already/ });
  });

  test('that the disk refuses is no change, and what mutes goes on', () => {
    const { silences, database, errors, counted } = world();
    const { id } = silences.put(request('tenant="acme"'));
    database.exec('PRAGMA query_only = ON');
    const refused = { name: 'Failure', reason: 'disk' };
    assert.throws(() => silences.expire(id), refused);
    assert.throws(() => silences.put(request('tenant="globex"')), refused);
    assert.throws(() => silences.put(request('tenant="globex"', { id })), refused);
    assert.deepEqual([silences.mutesOf(acme).length, silences.mutesOf(globex).length], [1, 0]);
    assert.deepEqual(silences.settle([acme]), []);
    assert.deepEqual(errors, ['silences not written down']);
    assert.deepEqual(counted, ['octowatch_journal_failures_total silences']);
  });

  test('of the next one is known: begins and ends to come, and none of what is past', () => {
    const { silences } = world();
    assert.equal(silences.nextChange(START), Infinity);
    silences.put(request('tenant="acme"', { startsAt: START + HOUR }));
    silences.put(request('tenant="globex"'));
    const next = [START, START + HOUR, START + 2 * HOUR].map((now) => silences.nextChange(now));
    assert.deepEqual(next, [START + HOUR, START + 2 * HOUR, Infinity]);
  });
});

describe('the end', () => {
  test('is told to alerts that still fire, once, after restarts too', async () => {
    const it = world();
    const { id } = it.silences.put(request('alertname="Down"'));
    assert.deepEqual(it.silences.settle([acme, globex]), []);
    it.restart();
    await it.clock.advance(2 * HOUR);
    it.restart();
    assert.deepEqual(
      it.silences.settle([globex]).map(({ silence, endedAt }) => [silence.id, endedAt]),
      [[id, START + 2 * HOUR]],
    );
    assert.deepEqual(it.silences.settle([globex]), []);
    assert.deepEqual(it.restart().settle([globex]), []);
  });

  test('by hand is one too', () => {
    const { silences } = world();
    const { id } = silences.put(request('tenant="acme"'));
    silences.settle([acme]);
    silences.expire(id);
    assert.equal(silences.settle([acme, globex]).length, 1);
  });

  test('is nobody’s when what it muted is over, or came again since', async () => {
    const { silences, clock } = world();
    silences.put(request('alertname="Down"'));
    silences.settle([acme]);
    silences.settle([]);
    await clock.advance(2 * HOUR);
    assert.deepEqual(silences.settle([acme]), []);
  });

  test('is not told while another silence mutes the alert', async () => {
    const { silences, clock } = world();
    const first = silences.put(request('tenant="acme"'));
    silences.settle([acme]);
    const second = silences.put({
      ...first,
      comment: 'narrower',
      matchers: request('tenant="acme",alertname="Down"').matchers,
    });
    assert.notEqual(second.id, first.id);
    assert.deepEqual(silences.settle([acme]), []);
    await clock.advance(2 * HOUR);
    assert.deepEqual(
      silences.settle([acme]).map(({ silence }) => silence.id),
      [second.id],
    );
  });

  test('comes with the last of its alerts, when that is asked for', () => {
    const it = world();
    const { id } = it.silences.put(request('alertname="Down"', { endsWithAlert: true }));
    it.silences.settle([]);
    assert.equal(it.silences.mutesOf(acme).length, 1, 'it waits for its first alert');
    it.silences.settle([acme, globex]);
    it.restart().settle([globex]);
    assert.equal(it.silences.mutesOf(globex).length, 1);
    assert.deepEqual(it.silences.settle([]), []);
    assert.equal(it.silences.find(id)?.endsAt, START);
    assert.deepEqual(it.silences.mutesOf(acme), []);
    assert.deepEqual(it.restart().settle([acme]), [], 'what fires afterwards is told as new');
  });

  test('of one that was asked for an alert between two changes comes as well', () => {
    const { silences } = world();
    const { id } = silences.put(request('tenant="acme"', { endsWithAlert: true }));
    silences.mutesOf({ ...acme, state: 'pending' });
    silences.settle([]);
    assert.equal(silences.find(id)?.endsAt, START + 2 * HOUR);
    silences.mutesOf(acme);
    silences.settle([]);
    assert.equal(silences.find(id)?.endsAt, START);
  });
});

test('a damaged silence in the journal is logged, and the others mute', () => {
  const it = world();
  it.silences.put(request('tenant="acme"'));
  it.database.exec(`INSERT INTO silences VALUES ('x', '{"matchers":', 0)`);
  assert.equal(it.restart().mutesOf(acme).length, 1);
  assert.deepEqual(it.errors, ['a silence in the journal is damaged: it mutes nothing']);
});
