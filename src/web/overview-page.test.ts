import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testIncident } from '../../test/fakes/incident.ts';
import type { Lane } from '../alerts/lane.ts';
import { Failure } from '../model/failure.ts';
import type { IncidentView } from '../model/incident.ts';
import type { AlertView } from '../model/on-call.ts';
import { alertView } from './testing/ask-alertmanager.ts';
import { askPages, ATTACK } from './testing/ask-pages.ts';
import { healStatus, NOW, onCallSources, seriesUntilNow } from './testing/web-fixture.ts';

const MINUTE = 60_000;

async function shown(views: readonly AlertView[], incidents: readonly IncidentView[] = []): Promise<string> {
  const onCall = onCallSources({ alerts: () => [...views], incidents: () => [...incidents] });
  const alerts = () => views.map(({ alert }) => alert);
  const heal = healStatus({ detail: 'octopus-task-cancel cancels ServerTasks-1' });
  const { text } = await askPages({
    alerts,
    onCall,
    healStatus: (key) => (key === 'held' ? heal : undefined),
  }).get('/');
  return text;
}

const cases: readonly (readonly [string, Partial<AlertView>, RegExp, RegExp])[] = [
  ['told', { receivers: ['on-call', 'chat'] }, /down/, /routed to on-call, chat/],
  ['waiting', { isProcessed: false }, /down/, /waits for others of its group, then on-call/],
  ['routed nowhere', { receivers: [] }, /down/, /no receiver: nobody is told/],
  [
    'silenced',
    {
      mutes: [{ kind: 'silence', id: 's', reason: `silenced by jo until 07:00 UTC: ${ATTACK}`, until: NOW }],
    },
    /silenced/,
    /silenced by jo until 07:00 UTC: &lt;script&gt;/,
  ],
  [
    'inhibited',
    { mutes: [{ kind: 'inhibition', id: 'k', reason: 'inhibited by sql-7 down' }] },
    /inhibited/,
    /inhibited by sql-7 down; told when that one ends first/,
  ],
  [
    'outside of its hours',
    { mutes: [{ kind: 'time_interval', id: 'night', reason: 'muted in night', until: NOW + 90 * MINUTE }] },
    /muted/,
    /muted in night, until 08:00 UTC/,
  ],
];
for (const [name, view, word, reason] of cases)
  test(`an alert that is ${name} says so`, async () => {
    const text = await shown([alertView({}, view)]);
    assert.match(text, new RegExp(`class="state ${word.source}"`));
    assert.match(text, reason);
    assert.match(text, /href="\.\/incidents\/1{32}"/);
  });

test('an alert that is held says for what, and until when', async () => {
  const text = await shown([alertView({ key: 'held' }, { heldUntil: NOW + 8 * MINUTE })]);
  assert.match(text, /class="state held"/);
  assert.match(text, /octopus-task-cancel cancels ServerTasks-1; told at 06:38 UTC unless it is healed/);
  assert.match(text, /1 firing, 1 of them told to nobody now/);
});

test('alerts that are told together are one row, which leads to them', async () => {
  const incident = testIncident({ key: 'storm', summary: '3 of 3 tenants down, 3 on sql-7' });
  const text = await shown(
    ['a', 'b', 'c'].map((key) => alertView({ key }, { foldedInto: 'storm' })),
    [{ incident, receiver: 'on-call', kind: 'pagerduty', error: undefined }],
  );
  assert.match(text, /<a href="\.\/incidents\/storm">3 of 3 tenants down, 3 on sql-7<\/a>/);
  assert.match(text, /<td>3 alerts<\/td>/);
  assert.equal(text.match(/class="state folded"/g), null);
});

test('what is told stands before what is quiet', async () => {
  const quiet = { mutes: [{ kind: 'silence', id: 's', reason: 'silenced' } as const] };
  const text = await shown([
    alertView({ key: 'a', annotations: { summary: 'first is quiet' } }, quiet),
    alertView({ key: 'b', annotations: { summary: 'second is told' }, activeAt: NOW }),
  ]);
  assert.ok(text.indexOf('second is told') < text.indexOf('first is quiet</a>'));
});

test('the banner says who is not reached, since when, what went elsewhere, and the answer', async () => {
  const open = (key: string, view: Partial<IncidentView>): IncidentView => ({
    incident: testIncident({ key }),
    receiver: 'on-call',
    kind: 'pagerduty',
    error: undefined,
    ...view,
  });
  const error = `refused (400): ${ATTACK}`;
  const text = await shown(
    [],
    [
      open('1', { error, failingSince: NOW - 12 * MINUTE }),
      open('2', { error, failingSince: NOW - MINUTE }),
      open('1', { receiver: 'chat', kind: 'slack' }),
      open('3', {}),
    ],
  );
  assert.match(
    text,
    /PagerDuty \(on-call\) has not taken 2 incidents for 12m: 1 went to Slack \(chat\) instead\. Its answer: refused \(400\): &lt;script&gt;/,
  );
});

test('the banner says what was given up, and that nobody answers the watchdog', async () => {
  const lane = {
    target: { isHeartbeat: true },
    record: { receiver: 'watchdog' },
    error: new Failure('timeout', 'no answer in 10 s'),
    failingSince: NOW - 3 * MINUTE,
  };
  const { text } = await askPages({
    reader: seriesUntilNow('octowatch_notifications_lost_total{receiver="on-call", kind="pagerduty"} 2'),
    // A part of a lane: what the page reads.
    onCall: onCallSources({ lanes: () => [lane as Lane] }),
  }).get('/');
  assert.match(
    text,
    /The ends of 2 incidents were given up since the start: close them at PagerDuty \(on-call\) by hand/,
  );
  assert.match(text, /The watchdog of watchdog has not been answered for 3m: no answer in 10 s/);
});

test('no secret is shown of what others posted and wrote', async () => {
  const secret = 'hunter2';
  const view = alertView(
    { annotations: { summary: `login ${secret} fails`, action: `use ${secret}` } },
    { mutes: [{ kind: 'silence', id: 's', reason: `silenced: ${secret}` }] },
  );
  const redact = (text: string): string => text.replaceAll(secret, '[redacted]');
  const onCall = onCallSources({ alerts: () => [view] }, { redact });
  const { text } = await askPages({ tenants: () => [], alerts: () => [], onCall }).get('/');
  assert.equal(text.match(/\[redacted\]/g)?.length, 3);
  assert.ok(!text.includes(secret));
});
