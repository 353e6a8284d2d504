import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Acknowledgement, AuditEntry, OnCallActions, Person } from '../model/on-call.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createSilences } from './mute/create-silences.ts';
import { createOnCallActions, matchersFor } from './on-call-actions.ts';
import { pollReceivers } from './receiver-polls.ts';
import { buildRoute } from './route.ts';
import { NO_LOG } from './testing/no-log.ts';
import { alert, MINUTE, resolved, scene, STARTED, type Scene } from './testing/scene.ts';

const HOUR = 60 * MINUTE;
const jo: Person = { name: 'Jo', id: 'U1', via: 'slack' };
const route = { receiver: 'oncall', group_wait: 0, repeat_interval: HOUR };

interface ActingScene extends Scene {
  readonly actions: OnCallActions;
  readonly audit: AuditEntry[];
  readonly ran: string[];
}

async function acting(): Promise<ActingScene> {
  const [database, clock] = [new DatabaseSync(':memory:'), new VirtualClock(STARTED)];
  const silences = createSilences({ database, clock, random: Math.random, log: NO_LOG, metrics: NO_METRICS });
  const muter = { mutesOf: silences.mutesOf.bind(silences), couldInhibit: () => false, take() {} };
  const tested = scene({ route, database, clock, over: { silences, muter } });
  const [audit, ran]: [AuditEntry[], string[]] = [[], []];
  const actions = createOnCallActions({
    dispatcher: tested.dispatcher,
    silences,
    clock,
    audit: (entry) => audit.push(entry),
    isOffered: (key) => key === 'stuck:acme',
    runRemedy: (key, by) => Promise.resolve(`${ran.push(`${key} by ${by.name}`)} run`),
  });
  tested.dispatcher.settled();
  tested.dispatcher.update('octopus', [alert('acme'), alert('globex')]);
  await clock.advance(MINUTE);
  return { ...tested, actions, audit, ran };
}

function keyOf({ incidents }: Scene, tenant: string): string {
  return incidents.find(({ groupLabels }) => groupLabels['tenant'] === tenant)?.key ?? '';
}

test('to acknowledge tells every receiver who took it, and writes it down', async () => {
  const tested = await acting();
  const answer = await tested.actions.acknowledge(keyOf(tested, 'acme'), jo);
  assert.equal(answer, 'acknowledged: acme: queue stuck 12m, 43 waiting');
  await tested.clock.advance(5 * HOUR);
  const acme = tested.incidents.filter(({ acknowledged }) => acknowledged?.by.name === 'Jo');
  assert.deepEqual(
    acme.map(({ groupLabels }) => groupLabels['tenant']),
    ['acme', 'acme'],
  );
  assert.deepEqual(
    tested.audit.map(({ action, by, detail }) => [action, by, detail]),
    [['acknowledge', jo, 'acme: queue stuck 12m, 43 waiting']],
  );
});

test('to silence is for this incident and no other, for so long', async () => {
  const tested = await acting();
  assert.match(await tested.actions.silence(keyOf(tested, 'acme'), HOUR, jo), /^silenced for 1h: acme/);
  await tested.clock.advance(MINUTE);
  const muted = tested.dispatcher
    .alerts()
    .map(({ alert: { labels }, mutes }) => [labels['tenant'], mutes.length]);
  assert.deepEqual(muted, [
    ['acme', 1],
    ['globex', 0],
  ]);
  tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
  await tested.clock.advance(6 * MINUTE);
  assert.ok(tested.sent.includes('pager resolved 2 acme'));
  assert.equal(tested.audit[0]?.action, 'silence');
});

test('to run a remedy is on the word of a person', async () => {
  const tested = await acting();
  assert.equal(await tested.actions.runRemedy(keyOf(tested, 'acme'), jo), '1 run');
  assert.deepEqual(tested.ran, ['stuck:acme by Jo']);
  await assert.rejects(tested.actions.runRemedy(keyOf(tested, 'globex'), jo), { reason: 'not_found' });
  assert.deepEqual(
    tested.audit.map(({ action }) => action),
    ['run_remedy'],
  );
});

test('about an incident that is over nothing can be done', async () => {
  const { actions, audit } = await acting();
  for (const act of [
    actions.acknowledge('gone', jo),
    actions.silence('gone', HOUR, jo),
    actions.runRemedy('gone', jo),
  ])
    await assert.rejects(act, { name: 'Failure', reason: 'not_found' });
  assert.deepEqual(audit, []);
});

test('a silence of an incident of many names each of them', () => {
  const alerts = [
    alert('a.b'),
    alert('c'),
    alert('d', { labels: { alertname: 'Other', tenant: 'c', node: 'n' } }),
  ];
  assert.deepEqual(
    matchersFor(['node'], alerts).map(({ name, value, isRegex }) => [name, value, isRegex]),
    [
      ['alertname', 'OctopusQueueStuck|Other', true],
      ['tenant', String.raw`a\.b|c`, true],
    ],
  );
  assert.throws(() => matchersFor([], []), { reason: 'invalid' });
});

describe('receivers are asked each minute', () => {
  const taken: Acknowledgement = { by: { name: 'Priya', via: 'pagerduty' }, at: STARTED };

  async function polled(
    answers: (Acknowledgement | undefined | Error | 'never')[],
  ): Promise<{ tested: Scene; asked: () => number }> {
    const tested = scene({ route, receivers: new Map() });
    let asked = 0;
    const base = tested.notifier('pager').notifier;
    const acknowledgedBy = (): Promise<Acknowledgement | undefined> => {
      asked++;
      const answer = answers.shift();
      if (answer === 'never') return new Promise(() => undefined);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const pager = tested.notifier('pager', { notifier: { ...base, acknowledgedBy } });
    tested.dispatcher.reload(buildRoute(route), new Map([['oncall', [pager, tested.notifier('chat')]]]));
    const options = {
      clock: tested.clock,
      log: NO_LOG,
      metrics: NO_METRICS,
      lanes: () => tested.dispatcher.lanes(),
      onAcknowledged: ({ key }: { key: string }, by: Acknowledgement) =>
        void tested.dispatcher.acknowledge(key, by),
    };
    void pollReceivers(options, tested.stop.signal);
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(1);
    return { tested, asked: () => asked };
  }

  test('who has taken an incident, until somebody has: then the others know, and it is not asked any more', async () => {
    const { tested, asked } = await polled([undefined, new Failure('server_error', '503'), 'never', taken]);
    await tested.clock.advance(10 * MINUTE);
    assert.equal(asked(), 4);
    assert.deepEqual(
      tested.incidents
        .filter(({ acknowledged }) => acknowledged !== undefined)
        .map(({ acknowledged }) => acknowledged?.by.name),
      ['Priya', 'Priya'],
    );
  });

  test('only while it is open', async () => {
    const { tested, asked } = await polled([]);
    tested.dispatcher.update('octopus', []);
    await tested.clock.advance(6 * MINUTE);
    const before = asked();
    await tested.clock.advance(10 * MINUTE);
    assert.equal(asked(), before);
  });

  test('and one that forgets is reminded that the incident is open', async () => {
    const tested = scene({ route, receivers: new Map() });
    const reminded: string[] = [];
    const send = ({ summary }: { summary: string }): Promise<void> =>
      Promise.resolve(void reminded.push(summary));
    const base = tested.notifier('chat').notifier;
    const notifier = { ...base, keepAlive: { everyMs: 2 * MINUTE, send } };
    tested.dispatcher.reload(
      buildRoute(route),
      new Map([['oncall', [tested.notifier('chat', { notifier })]]]),
    );
    const onAcknowledged = (): void => assert.fail();
    const lanes = () => tested.dispatcher.lanes();
    void pollReceivers(
      { clock: tested.clock, log: NO_LOG, metrics: NO_METRICS, lanes, onAcknowledged },
      tested.stop.signal,
    );
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(20 * MINUTE + 1);
    assert.ok(reminded.length >= 9 && reminded.length <= 11, `${reminded.length}`);
  });
});
