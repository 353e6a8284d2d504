import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testIncident } from '../../../test/fakes/incident.ts';
import { createMemoryIncidentLog } from '../../alerts/log/sqlite-incident-log.ts';
import { Failure } from '../../model/failure.ts';
import type { Incident, IncidentView } from '../../model/incident.ts';
import type { Person } from '../../model/on-call.ts';
import { alertView } from '../testing/ask-alertmanager.ts';
import { ATTACK, askPages } from '../testing/ask-pages.ts';
import { alertmanagerSources, firingAlert, NOW, onCallSources, TOKEN } from '../testing/web-fixture.ts';

const MINUTE = 60_000;
const KEY = 'TTaNw9E3SrqFoVnUEPyEgg';
const BASIC = `Basic ${Buffer.from(`jo:${TOKEN}`).toString('base64')}`;

function told(over: Partial<Incident> = {}, view: Partial<IncidentView> = {}): IncidentView {
  const incident = testIncident({ startsAt: NOW - 12 * MINUTE, ...over });
  return { incident, receiver: 'oncall', kind: 'slack', error: undefined, ...view };
}

function serve(
  views: readonly IncidentView[],
  log = createMemoryIncidentLog(),
  alerts = [alertView({}, { incidents: [KEY] })],
) {
  const dispatcher = { incidents: () => [...views], alerts: () => alerts };
  return askPages({ onCall: onCallSources(dispatcher, { log }) });
}

const details = testIncident().details;

test('an incident is shown as receivers are told of it, what matters at night first', async () => {
  const pages = serve([
    told({
      heals: ['cancelled ServerTasks-9: no help'],
      details: {
        ...details,
        impact: 'acme (plan gold) waits for 43 tasks',
        action: 'Fail sql-7 over',
        value: '43 (threshold > 20)',
        lastSimilar: {
          key: 'k0',
          summary: 'acme: queue stuck',
          startedAt: NOW - 90 * MINUTE,
          endedAt: NOW - 80 * MINUTE,
          ended: 'healed by octopus-task-cancel',
        },
        alsoFiring: ['acme: disk full'],
        shared: [
          {
            name: 'database_server',
            value: 'sql-7',
            victims: 35,
            ofVictims: 37,
            others: 1,
            ofOthers: 963,
            lift: 25,
          },
        ],
        notes: ['the silence of jo has ended'],
      },
    }),
  ]);
  const { status, text } = await pages.get(`/incidents/${KEY}`);
  assert.equal(status, 200);
  assert.match(text, /<title>acme: queue stuck 12m, 43 waiting · octowatch<\/title>/);
  const order = [
    'Page, firing 12m',
    '<h1>acme: queue stuck 12m, 43 waiting</h1>',
    'acme (plan gold) waits for 43 tasks',
    'Do first',
    'Fail sql-7 over',
    'https://runbooks.example/octopus-queue-stuck',
    'Tried',
    'cancelled ServerTasks-9: no help',
    '43 (threshold &gt; 20)',
    'What the 37 share',
    'database server <b>sql-7</b>',
    '35 of 37',
    '1 of 963',
    'Last time',
    '2026-11-21: acme: queue stuck (10m, healed by octopus-task-cancel)',
    'acme: disk full',
    'the silence of jo has ended',
    'href="../incidents/TTaNw9E3SrqFoVnUEPyEgg/acknowledge"',
  ].map((part) => text.indexOf(part));
  assert.ok(!order.includes(-1), String(order));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.match(text, /not acknowledged/);
});

test('who was not reached is named with the answer, and who was told instead', async () => {
  const error = 'PagerDuty refused the event (400): invalid routing key';
  const { text } = await serve([
    told({}, { kind: 'pagerduty', error, failingSince: NOW - 5 * MINUTE }),
    told({ details: { ...details, notes: ['PagerDuty refuses it: sent to chat'] } }, { receiver: 'chat' }),
  ]).get(`/incidents/${KEY}`);
  assert.match(
    text,
    /<b>PagerDuty \(oncall\)<\/b> fails: PagerDuty refused the event \(400\): invalid routing key, since .{0,80}06:25 UTC.{0,20}5m ago/,
  );
  assert.match(text, /Told: Slack \(chat\)\./);
  assert.match(text, /PagerDuty refuses it: sent to chat/);
});

test('the timeline tells what the log knows, newest first', async () => {
  const log = createMemoryIncidentLog();
  const by: Person = { name: 'Priya Nair', via: 'slack' };
  const entry = {
    key: KEY,
    receiver: 'oncall',
    alertname: 'QueueStuck',
    tenant: 'acme',
    severity: 'page',
    summary: 'acme: queue stuck',
  } as const;
  log.saveIncident({
    ...entry,
    startedAt: NOW - 30 * MINUTE,
    endedAt: NOW - 10 * MINUTE,
    ended: 'over by itself',
  });
  log.addPage({
    at: NOW - 29 * MINUTE,
    key: KEY,
    receiver: 'oncall',
    kind: 'pagerduty',
    wakes: true,
    route: '{}',
    rule: 'QueueStuck',
    summary: '',
  });
  log.addAudit({ at: NOW - 20 * MINUTE, by, action: 'acknowledge', subject: KEY, detail: '' });
  const { status, text } = await serve([], log, []).get(`/incidents/${KEY}`);
  assert.equal(status, 200);
  assert.match(text, /Over, ended .{0,80}10m ago/);
  assert.match(text, /There is nothing left to do: over by itself\./);
  const lines = [...text.matchAll(/<dd>([^<]*)<\/dd>/g)].map(([, line]) => line);
  assert.deepEqual(lines, [
    'Ended after 20m: over by itself',
    'Priya Nair acknowledged by slack',
    'Paged by PagerDuty (oncall)',
    'Began: acme: queue stuck',
  ]);
  assert.doesNotMatch(text, />Acknowledge</);
});

test('an incident that nobody is told of says why, and one that was folded where it is told', async () => {
  const mutes = [
    { kind: 'silence', id: 's', reason: 'silenced by jo until 07:00 UTC: upgrade', until: NOW } as const,
  ];
  const silent = await serve([], undefined, [alertView({}, { incidents: [KEY], mutes })]).get(
    `/incidents/${KEY}`,
  );
  assert.match(silent.text, /nobody is told/);
  assert.match(silent.text, /silenced by jo until 07:00 UTC: upgrade/);
  const folded = await serve([], undefined, [alertView({}, { incidents: [KEY], foldedInto: 'storm' })]).get(
    `/incidents/${KEY}`,
  );
  assert.match(folded.text, /part of <a href="..\/incidents\/storm">/);
  const storm = await serve([], undefined, [alertView({}, { incidents: [KEY], foldedInto: 'storm' })]).get(
    '/incidents/storm',
  );
  assert.match(storm.text, /<span>1 firing<\/span>/, 'members are listed with the storm');
});

test('an incident that is not known says so kindly', async () => {
  const { status, text } = await serve([], undefined, []).get(`/incidents/${encodeURIComponent(ATTACK)}`);
  assert.equal(status, 404);
  assert.match(text, /<h1>This incident is not known here<\/h1>/);
  assert.match(text, /href="\.\.\/">What is going on now/);
});

test('no text of an incident becomes markup', async () => {
  const hostile = { alertname: ATTACK, tenant: ATTACK, severity: 'page' };
  const annotations = {
    summary: ATTACK,
    action: ATTACK,
    runbook_url: 'javascript:alert(1)',
    link_url: `https://a.example/"><b>`,
  };
  const alert = firingAlert({ labels: hostile, annotations, expression: ATTACK });
  const view = told(
    {
      summary: ATTACK,
      alerts: [alert],
      heals: [ATTACK],
      acknowledged: { by: { name: ATTACK, via: 'slack' }, at: NOW },
      details: {
        ...details,
        impact: ATTACK,
        value: ATTACK,
        action: ATTACK,
        alsoFiring: [ATTACK],
        notes: [ATTACK],
      },
    },
    { receiver: ATTACK, kind: ATTACK, error: ATTACK },
  );
  const { text } = await serve([view], undefined, [
    alertView(alert, { incidents: [KEY], receivers: [ATTACK] }),
  ]).get(`/incidents/${KEY}`);
  assert.ok(text.split('&lt;script&gt;').length > 10);
  assert.match(text, /href="\.\.\/tenants\/%3Cscript%3E/);
});

function acknowledging(): { pages: ReturnType<typeof askPages>; taken: (readonly [string, Person])[] } {
  const taken: (readonly [string, Person])[] = [];
  const actions = {
    acknowledge(key: string, by: Person): Promise<string> {
      if (taken.length > 0) return Promise.reject(new Failure('not_found', 'it is not open any more'));
      taken.push([key, by]);
      return Promise.resolve('');
    },
  };
  const pages = askPages({
    alertmanager: alertmanagerSources({ actions }),
    onCall: onCallSources({ incidents: () => [told()] }),
  });
  return { pages, taken };
}

const PATH = `/incidents/${KEY}/acknowledge`;

test('an incident is acknowledged by name, with the token', async () => {
  const { pages, taken } = acknowledging();
  const shown = await pages.get(PATH);
  assert.match(shown.text, /<h1>Acknowledge: acme: queue stuck 12m, 43 waiting<\/h1>/);
  const done = await pages.post(PATH, { by: ' Jo ', token: TOKEN });
  assert.deepEqual([done.status, done.location], [303, `../${KEY}`]);
  assert.deepEqual(taken, [[KEY, { name: 'Jo', via: 'web' }]]);
  const again = await pages.post(PATH, { by: 'Jo', token: TOKEN });
  assert.equal(again.status, 404);
  assert.match(again.text, /it is not open any more/);
});

const own = { 'sec-fetch-site': 'same-origin' };
const refused: readonly (readonly [
  string,
  Record<string, string>,
  Record<string, string>,
  number,
  RegExp,
])[] = [
  ['without the token', { by: 'Jo' }, own, 401, /That is not the token/],
  ['with another token', { by: 'Jo', token: 'guess' }, own, 401, /That is not the token/],
  ['without a name', { by: ' ', token: TOKEN }, own, 400, /Say who you are/],
  [
    'from another site',
    { by: 'Jo', token: TOKEN },
    { 'sec-fetch-site': 'cross-site' },
    403,
    /from another site/,
  ],
  [
    'from a site beside ours',
    { by: 'Jo', token: TOKEN },
    { 'sec-fetch-site': 'same-site' },
    403,
    /from another site/,
  ],
  [
    'from another origin',
    { by: 'Jo', token: TOKEN },
    { origin: 'https://evil.example' },
    403,
    /from another site/,
  ],
  ['from no origin', { by: 'Jo', token: TOKEN }, { origin: 'null' }, 403, /from another site/],
  [
    'by a password that a browser adds for another site',
    { by: 'Jo' },
    { authorization: BASIC, 'sec-fetch-site': 'cross-site' },
    403,
    /from another site/,
  ],
];
for (const [name, fields, headers, status, problem] of refused)
  test(`nothing is acknowledged ${name}, and what was typed is kept`, async () => {
    const { pages, taken } = acknowledging();
    const answer = await pages.post(PATH, fields, headers);
    assert.equal(answer.status, status);
    assert.match(answer.text, problem);
    if (status !== 400) assert.match(answer.text, /value="Jo"/);
    assert.deepEqual(taken, []);
  });

test('who has told the browser the token is not asked again', async () => {
  const { pages, taken } = acknowledging();
  const shown = await pages.get(PATH, { authorization: BASIC });
  assert.match(shown.text, /name="by" value="jo"/);
  assert.doesNotMatch(shown.text, /name="token"/);
  const { status } = await pages.post(PATH, { by: 'jo' }, { authorization: BASIC, ...own });
  assert.deepEqual([status, taken.length], [303, 1]);
});

test('our own origin is also that of external_url, behind a proxy', async () => {
  const { pages, taken } = acknowledging();
  await pages.post(PATH, { by: 'Jo', token: TOKEN }, { origin: 'http://127.0.0.1:9464' });
  assert.equal(taken.length, 1);
});
