import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { testIncident } from '../../test/fakes/incident.ts';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import { startFakePagerDuty, type FakePagerDuty } from '../../test/fakes/pagerduty.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import { NO_METRICS, type SelfMetrics } from '../model/self-metrics.ts';
import { createHttp } from '../system/system-http.ts';
import { createPagerDutyNotifier, type PagerDutyOptions } from './pagerduty-notifier.ts';

const TAKEN: Acknowledgement = { by: { name: 'Priya Nair', id: 'U1', via: 'slack' }, at: 1000 };

describe("PagerDuty's REST API", () => {
  let pagerDuty: FakePagerDuty;
  let client: ReturnType<typeof createHttp>;
  let counted: Readonly<Record<string, string>>[];
  const never = new AbortController().signal;

  beforeEach(async () => {
    pagerDuty = await startFakePagerDuty();
    client = createHttp();
    counted = [];
  });
  afterEach(async () => {
    await client.close();
    await pagerDuty.close();
  });

  function notifier(over: Partial<PagerDutyOptions> = {}): Notifier {
    const metrics: SelfMetrics = { ...NO_METRICS, increment: (_, labels = {}) => void counted.push(labels) };
    const rest = { rest_token: pagerDuty.restToken, rest_url: pagerDuty.url, from: 'oncall@example.com' };
    return createPagerDutyNotifier(
      { routing_key: 'R'.repeat(32), url: pagerDuty.url, ...rest, ...over },
      notifyDependencies({ http: client.http, metrics }),
    );
  }

  /** What a lane does with a receipt: it comes back with the next notification. */
  async function send(incident: Incident, by = notifier()): Promise<Incident> {
    const { ref } = await by.notify(incident, never);
    return { ...incident, ...(ref === undefined ? {} : { receipt: ref }) };
  }

  test('the title of an open incident follows the page line, and nobody is woken again', async () => {
    const first = await send(testIncident({ summary: '31 of 1,000 tenants down' }));
    const second = await send({ ...first, summary: '37 of 1,000 tenants down' });
    await send(second);
    assert.equal(notifier().editsInPlace, true);
    const [incident] = pagerDuty.history;
    assert.deepEqual([incident?.title, incident?.wakes], ['37 of 1,000 tenants down', 1]);
    assert.deepEqual(pagerDuty.restCalls, ['GET /incidents', 'PUT /incidents/Q0']);
  });

  test('without a key for REST the title stays, and nothing else is asked', async () => {
    const by = notifier({ rest_token: undefined });
    const first = await send(testIncident({ summary: 'a' }), by);
    await send({ ...first, summary: 'b' }, by);
    assert.deepEqual([by.acknowledgedBy, by.editsInPlace], [undefined, undefined]);
    assert.deepEqual([pagerDuty.history[0]?.title, pagerDuty.restCalls], ['a', []]);
  });

  test('a title that a person wrote is left alone', async () => {
    const first = await send(testIncident({ summary: 'a' }));
    const [incident] = pagerDuty.history;
    assert.ok(incident !== undefined);
    incident.title = 'sql-7 is being failed over, Priya';
    await send(await send({ ...first, summary: 'b' }));
    assert.equal(incident.title, 'sql-7 is being failed over, Priya');
  });

  test('an edit whose answer was lost does not end the edits', async () => {
    let told = await send(testIncident({ summary: 'a' }));
    pagerDuty.fail({ kind: 'reset-after-accepting', path: '/incidents/Q0' });
    for (const summary of ['b', 'c']) told = await send({ ...told, summary });
    assert.equal(pagerDuty.history[0]?.title, 'c');
    assert.deepEqual(counted, [{ kind: 'pagerduty', reason: 'network' }]);
  });

  test('REST that fails is counted, and the page is not sent again for it', async () => {
    const first = await send(testIncident({ summary: 'a' }));
    const readOnly = notifier({ from: 'nobody@example.com' });
    await send({ ...first, summary: 'b' }, readOnly);
    assert.deepEqual(counted, [{ kind: 'pagerduty', reason: 'rejected' }]);
    assert.equal(pagerDuty.events.length, 2);
  });

  test('a person who takes it elsewhere is named, once', async () => {
    const first = await send(testIncident());
    const taken = await send({ ...first, acknowledged: TAKEN });
    await send(taken);
    const [incident] = pagerDuty.history;
    assert.equal(incident?.status, 'acknowledged');
    assert.deepEqual(incident.notes, ['Acknowledged by Priya Nair in Slack.']);
    assert.deepEqual(
      pagerDuty.events.map(({ event_action: action }) => action),
      ['trigger', 'acknowledge', 'trigger'],
    );
  });

  test('taken before PagerDuty was reached: told and acknowledged at once', async () => {
    await send(testIncident({ acknowledged: TAKEN }));
    const [incident] = pagerDuty.history;
    assert.equal(incident?.status, 'acknowledged');
    assert.deepEqual(incident.notes, ['Acknowledged by Priya Nair in Slack.']);
  });

  test('who took it at PagerDuty is known, and is not told to PagerDuty', async () => {
    const by = notifier();
    const first = await send(testIncident());
    assert.equal(await by.acknowledgedBy?.(first, never), undefined);
    pagerDuty.acknowledge(first.key, 'Tom Okafor');
    const acknowledged = await by.acknowledgedBy?.(first, never);
    assert.deepEqual(acknowledged?.by, { name: 'Tom Okafor', id: 'P1', via: 'pagerduty' });
    await send({ ...first, acknowledged });
    assert.deepEqual(
      pagerDuty.events.map(({ event_action: action }) => action),
      ['trigger', 'trigger'],
    );
  });

  test('an acknowledgement of our own is nobody who is awake', async () => {
    const first = await send(testIncident({ acknowledged: TAKEN }));
    assert.equal(await notifier().acknowledgedBy?.(first, never), undefined);
  });

  test('a resolved incident is forgotten: the next one begins anew', async () => {
    const first = await send(testIncident({ summary: 'a', acknowledged: TAKEN }));
    const over = await send({ ...first, status: 'resolved' });
    assert.deepEqual(over.receipt, {});
    await send({ ...over, status: 'firing', summary: 'b', acknowledged: TAKEN });
    assert.deepEqual(
      pagerDuty.history.map(({ title, status }) => [title, status]),
      [
        ['a', 'resolved'],
        ['b', 'acknowledged'],
      ],
    );
  });

  const REFUSED = [
    [{ rest_token: 'wrong' }, 'unauthorized', /rest_token must be a REST API key/],
    [{ rest_url: 'http://127.0.0.1:1' }, 'network', /127.0.0.1:1/],
  ] as const;
  for (const [over, reason, said] of REFUSED) {
    test(`asking with ${Object.keys(over).join()} is ${reason}`, async () => {
      const failure = await failureOf(
        notifier(over).acknowledgedBy?.(testIncident(), never) ?? Promise.resolve(),
      );
      assert.equal(failure.reason, reason);
      assert.match(failure.message, said);
      assert.ok(!failure.message.includes('wrong'));
    });
  }
});
