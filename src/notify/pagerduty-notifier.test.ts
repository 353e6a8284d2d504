import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { startLoopbackServer } from '../../test/contract/loopback-server.ts';
import { endedInFlight } from '../../test/fakes/deadline.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { assertGolden } from '../../test/fakes/golden.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import { startFakePagerDuty, type FakePagerDuty } from '../../test/fakes/pagerduty.ts';
import { Failure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import type { Render } from './dependencies.ts';
import { createFill } from './fill-template.ts';
import { pagerDutyBody } from './pagerduty-event.ts';
import { createPagerDutyNotifier, type PagerDutyOptions } from './pagerduty-notifier.ts';

const KEY = 'R0'.repeat(16);
const OPTIONS = { routing_key: KEY };

describe('the PagerDuty notifier', () => {
  let pagerDuty: FakePagerDuty;
  let client: ReturnType<typeof createHttp>;
  const never = new AbortController().signal;

  beforeEach(async () => {
    pagerDuty = await startFakePagerDuty();
    client = createHttp();
  });
  afterEach(async () => {
    await client.close();
    await pagerDuty.close();
  });

  function notifier(url = pagerDuty.url, key = KEY): ReturnType<typeof createPagerDutyNotifier> {
    return createPagerDutyNotifier({ routing_key: key, url }, notifyDependencies({ http: client.http }));
  }

  test('triggers and resolves one incident, and is not told of healing', async () => {
    const incident = testIncident();
    assert.equal(notifier().showsHealing, false);
    const { ref } = await notifier().notify(incident, never);
    assert.deepEqual(ref, { titles: [incident.summary], acknowledged: null });
    assert.deepEqual([...pagerDuty.incidents()], [[incident.key, 'triggered']]);
    const over: Incident = { ...incident, status: 'resolved', receipt: ref };
    assert.deepEqual(await notifier(`${pagerDuty.url}/`).notify(over, never), { ref: {} });
    assert.deepEqual([...pagerDuty.incidents()], [[incident.key, 'resolved']]);
  });

  test('takes the whole address of the API, as Alertmanager does', async () => {
    for (const end of ['/v2/enqueue', '/v2/enqueue/'])
      await notifier(pagerDuty.url + end).notify(testIncident(), never);
    assert.equal(pagerDuty.events.length, 2);
  });

  test('a lost answer: sent again under the same key, on call it is one incident', async () => {
    pagerDuty.fail({ kind: 'reset-after-accepting' });
    const { reason, retryable } = await failureOf(notifier().notify(testIncident(), never));
    assert.deepEqual([reason, retryable], ['network', true]);
    await notifier().notify(testIncident(), never);
    assert.equal(pagerDuty.events.length, 2);
    assert.equal(pagerDuty.incidents().size, 1);
  });

  const STATUSES = [
    [400, 'rejected', false],
    [429, 'rate_limited', true],
    [500, 'server_error', true],
    [503, 'server_error', true],
    [302, 'rejected', false],
  ] as const;
  for (const [status, expected, isRetryable] of STATUSES) {
    test(`status ${status} is ${expected}, ${isRetryable ? 'tried again' : 'final'}`, async () => {
      pagerDuty.fail({ kind: 'status', status, retryAfterSeconds: 20 });
      const { reason, retryable, retryAfterMs, message } = await failureOf(
        notifier().notify(testIncident(), never),
      );
      assert.deepEqual([reason, retryable, retryAfterMs], [expected, isRetryable, 20_000]);
      assert.ok(message.startsWith(`PagerDuty answered ${status}: {"error":"fault ${status}"}`));
      assert.equal(/routing_key must be/.test(message), expected === 'rejected');
      assert.deepEqual(pagerDuty.events, []);
    });
  }

  test('no answer is tried again at the deadline, not at the end of the agent', async () => {
    for (const [name, expected] of [
      ['TimeoutError', 'timeout'],
      ['AbortError', 'aborted'],
    ] as const) {
      pagerDuty.fail({ kind: 'hang' });
      const { http, signal } = endedInFlight(client.http, name);
      const sender = createPagerDutyNotifier(
        { ...OPTIONS, url: pagerDuty.url },
        notifyDependencies({ http }),
      );
      const { reason, retryable } = await failureOf(sender.notify(testIncident(), signal));
      assert.deepEqual([reason, retryable], [expected, expected === 'timeout']);
    }
  });

  test('an incident far over all limits still pages', async () => {
    const long = 'acme: 😀'.repeat(40_000);
    const alerts = [1, 2, 3].map((i) => testAlert({ key: `a${i}`, annotations: { summary: long } }));
    await notifier().notify(testIncident({ summary: long, alerts }), never);
    assert.match(JSON.stringify(pagerDuty.events[0]?.payload?.custom_details), /left out: over 512000 bytes/);
    assert.ok(pagerDuty.events[0]?.payload?.summary.isWellFormed());
  });

  test('a label set of 10,000 characters still pages', async () => {
    const value = 'ü'.repeat(10_000);
    const labels = { alertname: value, tenant: value, severity: 'page', extra: value };
    const alerts = [testAlert({ labels, annotations: { runbook_url: `https://x.example/${value}` } })];
    await notifier().notify(testIncident({ alerts, groupLabels: labels }), never);
    assert.equal(pagerDuty.history[0]?.title, 'acme: queue stuck 12m, 43 waiting');
  });

  test('a minute has 60 events at most, 45 of them ends', async () => {
    const clock = new VirtualClock();
    const sender = createPagerDutyNotifier(
      { ...OPTIONS, url: pagerDuty.url },
      notifyDependencies({ http: client.http, clock }),
    );
    const send = (n: number, status: Incident['status']): Promise<unknown> =>
      sender.notify(testIncident({ key: `k${n}`, status }), never);
    for (let n = 0; n < 45; n++) await send(n, 'resolved');
    const refused = await failureOf(send(45, 'resolved'));
    assert.deepEqual([refused.reason, refused.retryable, refused.retryAfterMs], ['budget', true, 60_000]);
    for (let n = 0; n < 15; n++) await send(n, 'firing');
    assert.equal((await failureOf(send(15, 'firing'))).reason, 'budget');
    await clock.advance(60_000);
    await send(15, 'firing');
    assert.equal(pagerDuty.events.length, 61);
  });

  test('a wrong routing key is said to be final', async () => {
    const failure = await failureOf(notifier(pagerDuty.url, 'short').notify(testIncident(), never));
    assert.deepEqual([failure.reason, failure.retryable], ['rejected', false]);
    assert.match(failure.message, /routing_key/);
  });

  test('the routing key is in no error', async (t) => {
    const echo = await startLoopbackServer(t, () => ({
      status: 400,
      text: `${'x'.repeat(190)}${KEY} is bad`,
    }));
    for (const url of [echo.url, 'http://127.0.0.1:1']) {
      const failure = await failureOf(notifier(url).notify(testIncident(), never));
      assert.ok(!inspect(failure, { depth: 9, showHidden: true }).includes(KEY.slice(0, 8)), failure.message);
    }
  });
});

const STORM = testIncident({
  summary: '37 of 1,000 tenants down, 35 on sql-7: login timeout, 13 min',
  commonLabels: { alertname: 'OctopusDown', severity: 'page' },
  commonAnnotations: {},
  heals: ['octopus-restart did not help: ember-rail'],
  alerts: Array.from({ length: 37 }, (_, n) =>
    testAlert({ key: `a${n}`, annotations: { summary: `tenant-${n}: down` } }),
  ),
});

const GOLDEN: Readonly<Record<string, readonly [Incident, Partial<PagerDutyOptions>]>> = {
  trigger: [testIncident({ heals: ['octopus-task-cancel did not help: Tasks-7 does not end'] }), {}],
  storm: [
    {
      ...STORM,
      details: {
        ...STORM.details,
        links: testIncident({ alerts: [testAlert({ labels: {}, annotations: {} })] }).details.links,
        impact: '35 of 36 tenants on sql-7 cannot log in, and 2 others',
        value: '37 (threshold > 5)',
        action: 'fail sql-7 over to its standby',
        lastSimilar: {
          key: 'k',
          summary: 'sql-4 down, storage full',
          startedAt: Date.UTC(2026, 8, 14, 1, 20),
          endedAt: Date.UTC(2026, 8, 14, 1, 32),
          ended: 'acknowledged by Priya Nair',
        },
        alsoFiring: ['quarry-games: down, disk full on sql-11'],
        shared: [
          {
            name: 'database_server',
            value: 'sql-7',
            victims: 35,
            ofVictims: 37,
            others: 1,
            ofOthers: 963,
            lift: 26,
          },
        ],
        notes: ['the silence of jo has ended'],
      },
    },
    {},
  ],
  linked: [
    testIncident({
      alerts: [
        testAlert({
          expression: 'octopus_queue_seconds > 600',
          annotations: {
            link_url: 'https://acme.example.com/app#/Spaces-2/tasks/ServerTasks-4711',
            runbook_url: 'https://runbooks.example/octopus-task-blocked',
          },
        }),
      ],
    }),
    {},
  ],
  configured: [
    testIncident(),
    {
      client: 'the agent',
      client_url: 'https://agent.example/{{ .GroupLabels.tenant }}',
      description: '{{ .GroupLabels.tenant }}',
      severity: 'warning',
      source: 'eu',
      class: 'queue',
      component: 'octopus',
      group: '{{ broken',
      details: { team: 'platform', impact: 'ours is replaced' },
      links: [{ href: 'https://wiki.example', text: 'Wiki' }, { href: 'javascript:alert(1)' }],
      images: [{ src: 'https://graphs.example/1.png', alt: 'queue' }, { src: 'http://graphs.example/2.png' }],
    },
  ],
  resolve: [testIncident({ status: 'resolved', endsAt: INCIDENT_START + 60_000 }), {}],
};

/** Stands for Alertmanager's templates: it knows one. */
const render: Render = (template, { groupLabels }) => {
  if (template.includes('broken')) throw new Failure('invalid', 'unclosed action');
  return template.replace('{{ .GroupLabels.tenant }}', groupLabels['tenant'] ?? '');
};

for (const [name, [incident, options]] of Object.entries(GOLDEN)) {
  test(`golden: PagerDuty ${name}`, () => {
    const fill = createFill('pagerduty', notifyDependencies({ render }));
    const action = incident.status === 'resolved' ? 'resolve' : 'trigger';
    assertGolden(
      JSON.parse(pagerDutyBody(action, incident, { ...OPTIONS, ...options }, fill)),
      new URL(`fixtures/pagerduty-${name}.json`, import.meta.url),
    );
  });
}

test('a template that cannot be filled is counted once, and the event says so', async (t) => {
  const pagerDuty = await startFakePagerDuty();
  const client = createHttp();
  t.after(() => Promise.all([client.close(), pagerDuty.close()]));
  const counted: unknown[] = [];
  const metrics = { ...NO_METRICS, increment: (...count: unknown[]) => void counted.push(count) };
  const options = { ...OPTIONS, url: pagerDuty.url, description: '{{ broken' };
  const sender = createPagerDutyNotifier(options, notifyDependencies({ http: client.http, metrics, render }));
  await sender.notify(testIncident(), new AbortController().signal);
  assert.deepEqual(counted, [
    ['octowatch_notification_part_failures_total', { kind: 'pagerduty', reason: 'invalid' }],
  ]);
  const { summary, custom_details: details } = pagerDuty.events[0]?.payload ?? {};
  assert.equal(summary, 'acme: queue stuck 12m, 43 waiting');
  assert.match(String(details?.['notes']), /the template of description cannot be filled/);
});

test('whatever an incident holds, its event is one that PagerDuty takes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 50 });
  const long = fc.tuple(text, fc.integer({ min: 1, max: 2000 })).map(([part, times]) => part.repeat(times));
  const labels = fc.record({ alertname: long, tenant: long, severity: text }, { requiredKeys: [] });
  const configured = fc.record(
    { description: text, source: text, class: long, details: fc.dictionary(text, long, { maxKeys: 3 }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      long,
      labels,
      fc.array(long, { maxLength: 6 }),
      configured,
      (summary, common, heals, more) => {
        const fill = createFill('pagerduty', notifyDependencies());
        const incident = testIncident({ summary, commonLabels: common, heals });
        const body = pagerDutyBody('trigger', incident, { ...OPTIONS, ...more }, fill);
        assert.ok(Buffer.byteLength(body) <= 512_000);
        const { payload } = JSON.parse(body);
        assert.ok(payload.summary !== '' && payload.summary.length <= 1024, payload.summary);
        assert.ok(payload.source !== '');
        assert.ok(payload.summary.isWellFormed());
      },
    ),
    { numRuns: 60 },
  );
});

test('the severity of an event is that of the alert, or a configured one that PagerDuty knows', () => {
  const fill = createFill('pagerduty', notifyDependencies());
  const said = (severity: Incident['severity'], template?: string, label: string = severity): unknown => {
    const incident = testIncident({ severity, commonLabels: { severity: label } });
    const body = pagerDutyBody('trigger', incident, { ...OPTIONS, severity: template }, fill);
    return JSON.parse(body).payload.severity;
  };
  assert.deepEqual([said('page'), said('ticket'), said('log')], ['critical', 'warning', 'info']);
  assert.deepEqual([said('page', 'error'), said('page', 'page')], ['error', 'critical']);
  assert.equal(said('page', undefined, 'error'), 'error');
});
