import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { AuditEntry } from '../../model/on-call.ts';
import { posted, serveAlertmanager, type AskAlertmanager } from '../testing/ask-alertmanager.ts';
import { alertmanagerSources, NOW, serveWeb } from '../testing/web-fixture.ts';

const HOUR = 3_600_000;
const at = (ms: number): string => new Date(ms).toISOString();
const SILENCE = {
  matchers: [{ name: 'tenant', value: 'acme|globex', isRegex: true }],
  startsAt: at(NOW),
  endsAt: at(NOW + 2 * HOUR),
  createdBy: 'jo',
  comment: 'upgrade',
};

interface Bench {
  readonly ask: AskAlertmanager;
  readonly audit: AuditEntry[];
  /** How often the dispatcher was told that mutes have changed. */
  changes(): number;
}

async function bench(t: TestContext): Promise<Bench> {
  const audit: AuditEntry[] = [];
  let changes = 0;
  const { dispatcher } = alertmanagerSources();
  const ask = await serveAlertmanager(t, {
    audit: (entry) => void audit.push(entry),
    dispatcher: { ...dispatcher, mutesChanged: () => void changes++ },
  });
  return { ask, audit, changes: () => changes };
}

async function add(ask: AskAlertmanager, changes: object = {}): Promise<string> {
  const { status, body } = await ask('silences', posted({ ...SILENCE, ...changes }));
  assert.equal(status, 200, JSON.stringify(body));
  const { silenceID } = Object(body);
  return String(silenceID);
}

async function ids(ask: AskAlertmanager, query = ''): Promise<string[]> {
  const { body } = await ask(`silences?${query}`);
  return (Array.isArray(body) ? body : []).map(({ id }) => String(id));
}

test('a silence is added, shown, changed and ended; the audit names the person', async (t) => {
  const { ask, audit, changes } = await bench(t);
  const id = await add(ask);
  const shown = {
    id,
    status: { state: 'active' },
    matchers: [{ ...SILENCE.matchers[0], isEqual: true }],
    startsAt: SILENCE.startsAt,
    endsAt: SILENCE.endsAt,
    updatedAt: at(NOW),
    createdBy: 'jo',
    comment: 'upgrade',
    annotations: {},
  };
  assert.deepEqual(await ask(`silence/${id}`), { status: 200, body: shown });
  assert.equal(await add(ask, { id, endsAt: at(NOW + HOUR), createdBy: 'cy' }), id);
  assert.deepEqual(await ids(ask), [id]);
  assert.deepEqual(await ask(`silence/${id}?by=jo`, { method: 'DELETE' }), { status: 200, body: undefined });
  // It has ended already, which is what was asked for.
  assert.equal((await ask(`silence/${id}`, { method: 'DELETE' })).status, 200);
  const { body } = await ask(`silence/${id}`);
  assert.equal(Object(body).status.state, 'expired');
  assert.deepEqual(
    audit.map(({ by, action, subject, detail }) => [by.name, by.via, action, subject === id, detail]),
    [
      ['jo', 'api', 'silence', true, '{tenant=~"acme|globex"} until 08:30 UTC: upgrade'],
      ['cy', 'api', 'silence', true, '{tenant=~"acme|globex"} until 07:30 UTC: upgrade'],
      ['jo', 'api', 'expire_silence', true, '{tenant=~"acme|globex"} until 06:30 UTC: upgrade'],
    ],
  );
  assert.equal(changes(), 3);
});

test('that it ends with its alerts is an annotation, which clients of Alertmanager keep', async (t) => {
  const { ask } = await bench(t);
  const id = await add(ask, { annotations: { ends_with_alert: 'true', ticket: '7' } });
  const { body } = await ask(`silence/${id}`);
  assert.deepEqual(Object(body).annotations, { ticket: '7', ends_with_alert: 'true' });
});

test('silences are listed by what they match and by state: first those that end next', async (t) => {
  const { ask } = await bench(t);
  const late = await add(ask, { endsAt: at(NOW + 3 * HOUR) });
  const soon = await add(ask, {
    matchers: [{ name: 'tenant', value: 'acme', isRegex: false, isEqual: false }],
    endsAt: at(NOW + HOUR),
  });
  const pending = await add(ask, { startsAt: at(NOW + HOUR) });
  const ended = await add(ask);
  await ask(`silence/${ended}`, { method: 'DELETE' });
  assert.deepEqual(await ids(ask), [soon, late, pending, ended]);
  assert.deepEqual(await ids(ask, 'expired=false'), [soon, late, pending]);
  assert.deepEqual(await ids(ask, 'active=false&pending=false'), [ended]);
  assert.deepEqual(await ids(ask, 'filter=tenant!%3Dacme'), [soon]);
  assert.deepEqual(await ids(ask, 'filter=tenant%3D~%22acme%7Cglobex%22&expired=false'), [late, pending]);
  assert.deepEqual(await ids(ask, 'filter=tenant%3Dacme'), []);
});

const refused: readonly [name: string, body: unknown, status: number, message: RegExp][] = [
  ['no JSON', '{', 400, /^parsing silence body failed/],
  ['no matcher', { ...SILENCE, matchers: [] }, 400, /at least one matcher/],
  [
    'matchers of everything',
    { ...SILENCE, matchers: [{ name: 'a', value: '.*', isRegex: true }] },
    400,
    /would be for everything/,
  ],
  [
    'an expression that is none',
    { ...SILENCE, matchers: [{ name: 'a', value: '(', isRegex: true }] },
    400,
    /matcher 1 \(a\)/,
  ],
  ['half a matcher', { ...SILENCE, matchers: [{ name: 'a', value: 'b' }] }, 400, /matchers\[0\]\.isRegex/],
  [
    'an end before the start',
    { ...SILENCE, endsAt: at(NOW - 1), startsAt: at(NOW) },
    400,
    /ends before it starts/,
  ],
  ['an end that is past', { ...SILENCE, endsAt: at(NOW - 1), startsAt: at(NOW - 2) }, 400, /its end is past/],
  ['no end', { ...SILENCE, endsAt: undefined }, 400, /^invalid silence: endsAt: /],
  ['no author', { ...SILENCE, createdBy: undefined }, 400, /^invalid silence: createdBy: /],
  ['an id that is unknown', { ...SILENCE, id: 'x' }, 404, /there is no silence x/],
  ['a text that is too long', { ...SILENCE, comment: 'x'.repeat(70_000) }, 400, /64 KiB/],
];
for (const [name, body, status, message] of refused) {
  test(`a silence with ${name} is refused`, async (t) => {
    const { ask, audit, changes } = await bench(t);
    const answer = await ask('silences', posted(body));
    assert.equal(answer.status, status);
    assert.match(String(answer.body), message);
    assert.deepEqual([await ids(ask), audit, changes()], [[], [], 0]);
  });
}

test('a silence that nobody knows is not found', async (t) => {
  const { ask } = await bench(t);
  assert.deepEqual(await ask('silence/nope'), { status: 404, body: 'silence nope not found' });
  assert.equal((await ask('silence/nope', { method: 'DELETE' })).status, 404);
});

test('silences are neither made nor ended without the token', async (t) => {
  const url = await serveWeb(t);
  assert.equal((await fetch(`${url}/api/v2/silences`, posted(SILENCE))).status, 401);
  assert.equal((await fetch(`${url}/api/v2/silence/x`, { method: 'DELETE' })).status, 401);
  assert.equal((await fetch(`${url}/api/v2/silences`)).status, 200);
});
