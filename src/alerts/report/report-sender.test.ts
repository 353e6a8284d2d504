import 'node-cron';
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test, type TestContext } from 'node:test';
import { silentLog } from '../../../test/fakes/silent-log.ts';
import { Failure } from '../../model/failure.ts';
import type { Message } from '../../model/messenger.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { openCronTimes } from './cron-times.ts';
import { ReportDeliveries } from './report-deliveries.ts';
import { ReportSender, type ReportTarget } from './report-sender.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Two hours before; reports are due on Mondays at 08:00 in Berlin. */
const BEFORE = Date.parse('2026-11-16T05:00Z');
const MONDAY = Date.parse('2026-11-16T07:00Z');

interface World {
  readonly clock: VirtualClock;
  /** What arrived: when, where, of which id. */
  readonly sent: string[];
  /** Thrown by a target instead of sending, as long as it is there. */
  readonly failures: Map<string, Failure>;
  readonly attempts: string[];
  /** The process begins, or begins anew. */
  start(names?: readonly string[]): ReportSender;
  stop(): Promise<void>;
}

function openWorld(t: TestContext, at = BEFORE): World {
  const clock = new VirtualClock(at);
  const database = new DatabaseSync(':memory:');
  const sent: string[] = [];
  const attempts: string[] = [];
  const failures = new Map<string, Failure>();
  let life = new AbortController();
  let running: Promise<void> = Promise.resolve();

  function target(name: string): ReportTarget {
    const kind = name.split('/')[0] ?? '';
    const send = ({ id }: Message): Promise<void> => {
      const time = new Date(clock.now()).toISOString().slice(5, 16);
      attempts.push(`${time} ${name}`);
      const failure = failures.get(name);
      if (failure !== undefined) return Promise.reject(failure);
      sent.push(`${time} ${name} ${id}`);
      return Promise.resolve();
    };
    return { receiver: 'oncall', name, messenger: { kind, send } };
  }

  async function stop(): Promise<void> {
    life.abort();
    await running;
  }
  t.after(stop);
  return {
    clock,
    sent,
    attempts,
    failures,
    stop,
    start(names = ['slack/0']) {
      life = new AbortController();
      const sender = new ReportSender({
        clock,
        log: silentLog,
        metrics: NO_METRICS,
        deliveries: new ReportDeliveries(database),
        schedule: () => ({ cron: '0 8 * * 1', timeZone: 'Europe/Berlin' }),
        targets: () => names.map(target),
        message: (week) =>
          Promise.resolve({ id: week, since: 0, subject: week, text: '', html: '', blocks: [], json: {} }),
        redact: (text) => text.replaceAll('s3cret', '***'),
        signal: life.signal,
      });
      running = sender.run(life.signal);
      return sender;
    },
  };
}

describe('the report', () => {
  test('is sent when it is due, of the week before, once to each target', async (t) => {
    const { clock, sent, start } = openWorld(t);
    start(['slack/0', 'email/0']);
    await clock.advance(MONDAY - BEFORE - MINUTE);
    assert.deepEqual(sent, []);
    await clock.advance(7 * DAY + HOUR);
    assert.deepEqual(sent, [
      '11-16T07:00 slack/0 2026-W46',
      '11-16T07:00 email/0 2026-W46',
      '11-23T07:00 slack/0 2026-W47',
      '11-23T07:00 email/0 2026-W47',
    ]);
  });

  test('is not sent again after a restart', async (t) => {
    const { clock, sent, start, stop } = openWorld(t);
    start();
    await clock.advance(MONDAY - BEFORE + MINUTE);
    await stop();
    start();
    await clock.advance(DAY);
    assert.deepEqual(sent, ['11-16T07:00 slack/0 2026-W46']);
  });

  for (const [late, expected] of [
    [2 * DAY - HOUR, ['11-18T06:00 slack/0 2026-W46']],
    [2 * DAY + HOUR, []],
  ] as const)
    test(`is ${expected.length > 0 ? '' : 'not '}sent ${late / HOUR} hours late`, async (t) => {
      const { clock, sent, start, stop } = openWorld(t);
      start();
      await clock.advance(MINUTE);
      await stop();
      await clock.advance(MONDAY - clock.now() + late);
      start();
      await clock.advance(MINUTE);
      assert.deepEqual(sent, expected);
    });

  test('of a time before the first start is owed to nobody', async (t) => {
    const { clock, sent, start } = openWorld(t, MONDAY + HOUR);
    start();
    await clock.advance(DAY);
    assert.deepEqual(sent, []);
  });

  test('is tried again, with longer and longer pauses, until it is taken; others do not wait for it', async (t) => {
    const { clock, sent, attempts, failures, start } = openWorld(t);
    failures.set('slack/0', new Failure('server_error', 'Slack answered 503'));
    start(['slack/0', 'webhook/0']);
    await clock.advance(MONDAY - BEFORE + 8 * HOUR);
    const tried = attempts.filter((each) => each.endsWith('slack/0'));
    assert.deepEqual(
      tried.slice(0, 5).map((each) => each.slice(6, 11)),
      ['07:00', '07:01', '07:03', '07:07', '07:15'],
    );
    assert.ok(tried.length < 16, `${tried.length} attempts`);
    failures.clear();
    await clock.advance(HOUR);
    assert.deepEqual(
      sent.map((each) => each.slice(12)),
      ['webhook/0 2026-W46', 'slack/0 2026-W46'],
    );
  });

  test('that is refused for good is not tried again before the configuration is another', async (t) => {
    const { clock, sent, attempts, failures, start } = openWorld(t);
    failures.set('slack/0', new Failure('unauthorized', 'invalid_auth', { retryable: false }));
    const sender = start();
    await clock.advance(MONDAY - BEFORE + 8 * HOUR);
    assert.equal(attempts.length, 1);
    failures.clear();
    sender.reload();
    await clock.advance(MINUTE);
    assert.equal(sent.length, 1);
  });

  test('can be sent by hand, which says how it went without secrets, and counts as sent', async (t) => {
    const { clock, sent, failures, start } = openWorld(t);
    failures.set('email/0', new Failure('network', 'no answer to s3cret'));
    const sender = start(['slack/0', 'email/0']);
    const failed = { receiver: 'oncall', kind: 'email', outcome: 'failed', error: 'no answer to ***' };
    assert.deepEqual(await sender.send('2026-W46'), [
      { receiver: 'oncall', kind: 'slack', outcome: 'sent' },
      failed,
    ]);
    const [again] = await sender.send('2026-W46');
    assert.equal(again?.outcome, 'sent before');
    failures.clear();
    await clock.advance(MONDAY - BEFORE + HOUR);
    assert.deepEqual(
      sent.map((each) => each.slice(12)),
      ['slack/0 2026-W46', 'email/0 2026-W46'],
    );
  });
});

describe('cron times', () => {
  const cases: readonly (readonly [
    expression: string,
    zone: string,
    now: string,
    last: string | undefined,
  ])[] = [
    ['0 8 * * 1', 'UTC', '2026-11-16T08:00:00Z', '2026-11-16T08:00Z'],
    ['0 8 * * 1', 'UTC', '2026-11-16T07:59:59Z', undefined],
    ['0 8 * * 1', 'UTC', '2026-11-17T23:00:00Z', '2026-11-16T08:00Z'],
    ['0 8 * * mon', 'Europe/Berlin', '2026-03-30T12:00:00Z', '2026-03-30T06:00Z'],
    ['0 8 * * mon', 'Europe/Berlin', '2026-10-26T12:00:00Z', '2026-10-26T07:00Z'],
    ['30 17 * * fri', 'Asia/Kathmandu', '2026-11-13T12:00:00Z', '2026-11-13T11:45Z'],
  ];
  for (const [expression, zone, now, last] of cases)
    test(`${expression} in ${zone}, seen at ${now}`, async () => {
      const time = Date.parse(now);
      const times = await openCronTimes(expression, zone);
      const expected = last === undefined ? undefined : Date.parse(last);
      assert.equal(times.last(time - 2 * DAY, time), expected);
      assert.equal(times.last(time - 2 * DAY, time + 1), expected, 'and asked again');
    });
});
