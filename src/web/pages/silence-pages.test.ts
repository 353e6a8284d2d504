import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createSilences } from '../../alerts/mute/create-silences.ts';
import type { Silences } from '../../alerts/mute/silences.ts';
import { NO_LOG } from '../../alerts/testing/no-log.ts';
import type { AuditEntry } from '../../model/on-call.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { alertView } from '../testing/ask-alertmanager.ts';
import { ATTACK, askPages, type AskPages } from '../testing/ask-pages.ts';
import { alertmanagerSources, NOW, onCallSources, TOKEN } from '../testing/web-fixture.ts';

const HOUR = 3_600_000;
const acme = alertView({ key: 'a', annotations: { summary: 'acme: queue stuck' } });
const globex = alertView({
  key: 'b',
  labels: { alertname: 'QueueStuck', tenant: 'globex', severity: 'page' },
  annotations: { summary: 'globex: queue stuck' },
});

interface World {
  readonly pages: AskPages;
  readonly silences: Silences;
  readonly audited: AuditEntry[];
  readonly changes: { count: number };
}

function world(alerts = [acme, globex]): World {
  const random = Math.random;
  const silences = createSilences({
    database: new DatabaseSync(':memory:'),
    clock: new VirtualClock(NOW),
    random,
    log: NO_LOG,
    metrics: NO_METRICS,
  });
  const audited: AuditEntry[] = [];
  const changes = { count: 0 };
  const dispatcher = { alerts: () => alerts, groups: () => [], mutesChanged: () => void changes.count++ };
  const pages = askPages({
    alertmanager: alertmanagerSources({ silences, dispatcher, audit: (entry) => void audited.push(entry) }),
    onCall: onCallSources({ alerts: () => alerts, firingIn: (key) => (key === 'inc' ? [acme.alert] : []) }),
  });
  return { pages, silences, audited, changes };
}

const person = { by: 'Jo', token: TOKEN };

test('an incident is silenced: what that hides is shown, then it is done', async () => {
  const { pages, silences, audited, changes } = world();
  const { text } = await pages.get('/silences/new?incident=inc');
  assert.match(text, /<h1>Silence 1 alert<\/h1>/);
  assert.match(text, /acme: queue stuck/);
  assert.doesNotMatch(text, /globex/);
  const filter = '{alertname="QueueStuck",tenant="acme"}';
  assert.ok(text.includes(filter.replaceAll('"', '&quot;')));
  assert.match(
    text,
    /octowatch silence add &#39;alertname=&quot;QueueStuck&quot;&#39; &#39;tenant=&quot;acme&quot;&#39; --for 1h --comment &#39;…&#39;/,
  );
  const done = await pages.post('/silences/new', { ...person, filter, length: '4h', comment: 'upgrade' });
  assert.deepEqual([done.status, done.location], [303, '../silences']);
  const [silence] = silences.all();
  assert.equal(silence?.endsAt, NOW + 4 * HOUR);
  assert.equal(silence.createdBy, 'Jo');
  assert.equal(silence.comment, 'upgrade');
  assert.deepEqual(
    silence.matchers.map(({ name, value }) => `${name}=${value}`),
    ['alertname=QueueStuck', 'tenant=acme'],
  );
  assert.equal(changes.count, 1);
  assert.deepEqual(
    audited.map(({ by, action, subject }) => [by, action, subject]),
    [[{ name: 'Jo', via: 'web' }, 'silence', silence.id]],
  );
});

test('until it resolves is a week at most', async () => {
  const { pages, silences } = world();
  await pages.post('/silences/new', { ...person, filter: 'tenant="acme"', length: 'resolved', comment: 'x' });
  const [silence] = silences.all();
  assert.deepEqual([silence?.endsWithAlert, silence?.endsAt], [true, NOW + 7 * 24 * HOUR]);
});

test('matchers are read as Alertmanager reads them, and shown with what they hide', async () => {
  const { pages } = world();
  const { text } = await pages.get(`/silences/new?filter=${encodeURIComponent('tenant=~"acme|globex"')}`);
  assert.match(text, /<h1>Silence 2 alerts<\/h1>/);
  const none = await pages.get(`/silences/new?filter=${encodeURIComponent('tenant=initech')}`);
  assert.match(none.text, /<h1>Silence 0 alerts<\/h1>/);
  assert.match(none.text, /Nothing that fires now\./);
});

const wrong: readonly (readonly [string, Record<string, string>, number, RegExp])[] = [
  ['no selection', {}, 400, /say what to silence/],
  ['an empty selection', { filter: '{}' }, 400, /no matcher, which would match all/],
  ['a selection of all', { filter: 'tenant=~".*"' }, 400, /it would be for everything/],
  ['no matcher', { filter: 'tenant=~"("' }, 400, /tenant=~&quot;\(&quot;/],
  ['another length', { filter: 'tenant="acme"', length: '1y' }, 400, /1h, 4h, or until it resolves/],
  ['no token', { filter: 'tenant="acme"', token: '' }, 401, /That is not the token/],
];
for (const [name, fields, status, problem] of wrong)
  test(`nothing is silenced by ${name}`, async () => {
    const { pages, silences } = world();
    const answer = await pages.post('/silences/new', { ...person, comment: 'why', ...fields });
    assert.equal(answer.status, status);
    assert.match(answer.text, problem);
    assert.deepEqual(silences.all(), []);
  });

test('an incident in which nothing fires any more is not silenced', async () => {
  const { text } = await world().pages.get('/silences/new?incident=over');
  assert.match(text, /nothing fires in this incident now/);
  assert.doesNotMatch(text, /type="password"/);
});

test('silences are listed with their author, reason and end, and ended by hand', async () => {
  const { pages, silences, audited, changes } = world();
  assert.match((await pages.get('/silences')).text, /<h1>Nothing is silenced<\/h1>/);
  const matchers = [{ name: 'tenant', value: ATTACK, isRegex: false, isEqual: true }];
  const { id } = silences.put({
    matchers,
    startsAt: NOW,
    endsAt: NOW + HOUR,
    createdBy: `jo ${ATTACK}`,
    comment: ATTACK,
  });
  const listed = await pages.get('/silences');
  assert.match(listed.text, /<h1>1 silence is active<\/h1>/);
  assert.match(listed.text, /jo &lt;script&gt;/);
  assert.match(listed.text, />07:30 UTC</);
  assert.ok(listed.text.includes(`href="silences/${id}/expire"`));
  const path = `/silences/${id}/expire`;
  assert.match((await pages.get(path)).text, /<h1>End this silence now<\/h1>/);
  assert.equal((await pages.post(path, { by: 'Jo' })).status, 401);
  const done = await pages.post(path, person);
  assert.deepEqual([done.status, done.location], [303, '../../silences']);
  const stateOf = (): string | undefined => silences.all().map((silence) => silences.stateOf(silence))[0];
  assert.equal(stateOf(), 'expired');
  assert.deepEqual([audited[0]?.action, changes.count], ['expire_silence', 1]);
  assert.match((await pages.get(path)).text, /<h1>This silence has ended<\/h1>/);
  assert.equal((await pages.post(path, person)).status, 303, 'what has ended is what was asked for');
  assert.equal((await pages.get('/silences/none/expire')).status, 404);
});

test('a comment is one word of a shell, whatever it holds', async () => {
  const { text } = await world().pages.post('/silences/new', {
    by: "o'neill; reboot",
    filter: 'tenant="acme"',
    comment: '$(reboot)',
  });
  assert.match(text, /--author &#39;o&#39;\\&#39;&#39;neill; reboot&#39; --comment &#39;\$\(reboot\)&#39;/);
});
