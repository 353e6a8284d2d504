import assert from 'node:assert/strict';
import test from 'node:test';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { defineDataset } from '../model/dataset.ts';
import { Failure } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Batch } from '../model/ports.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import type { CollectContext, PollCollector, Target } from './contract.ts';
import { createEvidence } from './evidence.ts';
import { NO_FLEET } from './fleet-of.ts';
import type { PollOutcome } from './outcome-log.ts';
import { pollDataset } from './poll-dataset.ts';
import { createPollRunner, type PollRunnerOptions } from './poll-runner.ts';

const dataset = defineDataset({
  name: 'probe',
  kind: 'gauge',
  help: 'For this test.',
  dimensions: {},
  metrics: { probe_value: { type: 'gauge', unit: 'none', help: 'A value.' } },
});

const event = defineDataset({
  name: 'event',
  kind: 'event',
  help: 'For this test.',
  dimensions: {},
  fields: {},
  derives: {
    test_events_total: { type: 'counter', unit: 'none', help: 'Events.', by: ['tenant'] },
  },
});

const INTERVAL = 15_000;

interface Written {
  readonly source: string;
  readonly position: JsonValue;
  readonly values: readonly number[];
  readonly success: number | undefined;
}

function readBatch({ source, position, columns }: Batch): Written {
  const polls = columns.table(pollDataset);
  const probe = columns.table(dataset);
  const values = [...(probe.numbers.get('probe_value') ?? [])].slice(0, probe.rows);
  return { source, position, values, success: polls.numbers.get('octowatch_poll_success')?.[0] };
}

function target(tenant: string): Target {
  return { tenant, url: 'http://127.0.0.1:1', info: {}, files: {}, timeZone: 'UTC' };
}

type Poll = (target: Target, context: CollectContext) => Promise<number> | number;

function collectorOf(poll: Poll, name = 'test/probe'): PollCollector {
  return {
    name,
    datasets: [dataset],
    intervalMs: INTERVAL,
    async *poll(to, context) {
      const value = await poll(to, context);
      yield [{ dataset, time: context.clock.now(), dimensions: {}, values: { probe_value: value } }];
    },
  };
}

function setUp(collector: PollCollector, options: Partial<PollRunnerOptions> = {}) {
  const clock = new VirtualClock();
  const { metrics, counts } = countedMetrics();
  const { log, lines } = recordedLog();
  const written: Written[] = [];
  const writer = { write: async (batch: Batch) => void written.push(readBatch(batch)) };
  const evidence = createEvidence([collector]);
  const runner = createPollRunner({
    collectors: [collector],
    writer,
    clock,
    log,
    metrics,
    random: () => 0,
    positions: () => undefined,
    fleet: NO_FLEET,
    isSource: () => true,
    onOutcome: (outcome) => evidence.record(outcome),
    ...options,
  });
  const stop = new AbortController();
  return { clock, counts, lines, written, evidence, runner, stop };
}

async function finish(stop: AbortController, clock: VirtualClock, done: Promise<void>): Promise<void> {
  stop.abort(new Failure('aborted', 'shutdown'));
  await clock.advance(1000);
  await done;
}

test('a poll writes its points, its state and its success in one batch, at its interval', async () => {
  const { clock, written, runner, stop, counts } = setUp(
    collectorOf((_target, context) => {
      const polls = Number(context.state ?? 0) + 1;
      context.state = polls;
      return polls;
    }),
    { positions: () => 41 },
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(INTERVAL + 1);
  assert.deepEqual(written, [
    { source: 'test/probe:acme', position: 42, values: [42], success: 1 },
    { source: 'test/probe:acme', position: 43, values: [43], success: 1 },
  ]);
  assert.equal(counts.get('octowatch_polls_total{collector="test/probe",outcome="ok"}'), 2);
  await finish(stop, clock, done);
});

test('the start is spread over the interval, the rhythm then kept', async () => {
  const starts: number[] = [];
  const { clock, runner, stop } = setUp(
    collectorOf((_target, context) => starts.push(context.clock.now())),
    { random: () => 0.5 },
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(3 * INTERVAL);
  assert.deepEqual(starts, [7500, 22_500, 37_500]);
  await finish(stop, clock, done);
});

test('a failed poll writes only that it failed, and leaves the position', async () => {
  let failing = true;
  const { clock, written, runner, stop, lines, evidence } = setUp(
    collectorOf((_target, context) => {
      context.state = 'moved on';
      if (failing) throw new Failure('server_error', 'octo: answered with status 503');
      return 7;
    }),
    { positions: () => 'before' },
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(2 * INTERVAL + 1);
  assert.deepEqual(
    written.map(({ position, values, success }) => [position, values, success]),
    [
      ['before', [], 0],
      ['before', [], 0],
      ['before', [], 0],
    ],
  );
  assert.equal(lines.length, 1, 'a lasting failure is logged once');
  assert.match(lines[0] ?? '', /"reason":"server_error".*answered with status 503/);
  assert.equal(evidence.missingSince('probe_value', 'acme'), 0, 'since the first failure');
  failing = false;
  await clock.advance(INTERVAL);
  assert.deepEqual(written.at(-1), {
    source: 'test/probe:acme',
    position: 'moved on',
    values: [7],
    success: 1,
  });
  assert.equal(lines.length, 2, 'and its end');
  assert.equal(evidence.missingSince('probe_value', 'acme'), undefined);
  await finish(stop, clock, done);
});

test('an instance that hangs delays no other, and is stopped at the deadline', async () => {
  const { clock, written, runner, stop, counts } = setUp(
    collectorOf(({ tenant }, { clock: time, signal }) =>
      tenant === 'stuck' ? time.sleep(3_600_000, signal).then(() => 0) : 1,
    ),
  );
  const done = runner.run([target('stuck'), target('fine')], stop.signal);
  await clock.advance(10_001);
  assert.deepEqual(
    written.map(({ source, success }) => [source, success]),
    [
      ['test/probe:fine', 1],
      ['test/probe:stuck', 0],
    ],
  );
  assert.equal(counts.get('octowatch_polls_total{collector="test/probe",outcome="timeout"}'), 1);
  await finish(stop, clock, done);
});

test('a poll that ignores its signal is given up after 1 s and never overlapped', async () => {
  let started = 0;
  const { clock, written, runner, stop, counts } = setUp(
    collectorOf(() => {
      started++;
      return new Promise<number>(() => {});
    }),
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(10_999);
  assert.equal(written.length, 0);
  await clock.advance(1);
  assert.equal(written.length, 1);
  await clock.advance(3 * INTERVAL);
  assert.equal(started, 1);
  assert.equal(counts.get('octowatch_polls_total{collector="test/probe",outcome="timeout"}'), 4);
  await finish(stop, clock, done);
});

test('no more polls run at a time than allowed', async () => {
  let now = 0;
  let most = 0;
  const { clock, written, runner, stop } = setUp(
    collectorOf(async (_target, context) => {
      most = Math.max(most, ++now);
      await context.clock.sleep(100);
      return now--;
    }),
    { concurrency: 4 },
  );
  const done = runner.run(
    Array.from({ length: 20 }, (_, i) => target(`t${i}`)),
    stop.signal,
  );
  await clock.advance(1000);
  assert.equal(most, 4);
  assert.equal(written.length, 20);
  await finish(stop, clock, done);
});

test('targets come and go while it runs', async () => {
  const polled: string[] = [];
  const { clock, runner, stop } = setUp(
    collectorOf(({ tenant, info }) => polled.push(`${tenant} ${info['region'] ?? '-'}`)),
  );
  const done = runner.run([target('a'), target('b')], stop.signal);
  await clock.advance(1);
  runner.setTargets([{ ...target('b'), info: { region: 'eu' } }, target('c')]);
  await clock.advance(INTERVAL - 2);
  assert.deepEqual(polled, ['a -', 'b -', 'c -']);
  await clock.advance(2);
  assert.deepEqual(polled.slice(3), ['b eu', 'c -']);
  await finish(stop, clock, done);
});

test('shutdown ends what waits and counts no failure', async () => {
  const { clock, runner, stop, written, counts } = setUp(
    collectorOf((_target, { clock: time, signal }) => time.sleep(3_600_000, signal).then(() => 0)),
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(5);
  stop.abort(new Failure('aborted', 'shutdown'));
  await done;
  assert.deepEqual(written, []);
  assert.equal(counts.size, 0);
});

function eventCollector(seen: JsonValue[]): PollCollector {
  return {
    ...collectorOf(() => 0),
    datasets: [event],
    async *poll(_target, context) {
      seen.push(context.state);
      context.state = 'after';
      yield [{ dataset: event, time: context.clock.now(), id: 'e', dimensions: {}, values: {} }];
    },
  };
}

test('events that could not be written leave the position, and are missing until they are', async () => {
  const states: JsonValue[] = [];
  let full = true;
  const { clock, runner, stop, counts, evidence } = setUp(eventCollector(states), {
    positions: () => 'before',
    writer: {
      write: () => (full ? Promise.reject(new Failure('disk', 'no space left')) : Promise.resolve()),
    },
  });
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(1);
  assert.equal(evidence.missingSince('test_events_total', 'acme'), 0);
  full = false;
  await clock.advance(2 * INTERVAL);
  assert.deepEqual(states, ['before', 'before', 'after']);
  assert.equal(evidence.missingSince('test_events_total', 'acme'), undefined);
  assert.equal(counts.get('octowatch_polls_total{collector="test/probe",outcome="disk"}'), 1);
  await finish(stop, clock, done);
});

test('gauges that could not be written are no missing evidence: the rules have them', async () => {
  const states: JsonValue[] = [];
  const { clock, runner, stop, counts, evidence } = setUp(
    collectorOf((_target, context) => {
      states.push(context.state);
      context.state = Number(context.state) + 1;
      return 1;
    }),
    {
      positions: () => 1,
      writer: { write: () => Promise.reject(new Failure('budget', 'the spool is full')) },
    },
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(2 * INTERVAL + 1);
  assert.deepEqual(states, [1, 2, 3]);
  assert.equal(evidence.missingSince('probe_value', 'acme'), undefined);
  assert.equal(counts.get('octowatch_polls_total{collector="test/probe",outcome="budget"}'), 3);
  await finish(stop, clock, done);
});

test('who acts goes on from durable state alone', async () => {
  const states: JsonValue[] = [];
  let isFull = true;
  const collector = collectorOf((_target, context) =>
    states.push((context.state = Number(context.state) + 1)),
  );
  const { clock, runner, stop } = setUp(
    { ...collector, acts: true },
    {
      positions: () => 1,
      writer: {
        write: () =>
          isFull ? Promise.reject(new Failure('budget', 'the spool is full')) : Promise.resolve(),
      },
    },
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(INTERVAL + 1);
  isFull = false;
  await clock.advance(2 * INTERVAL);
  assert.deepEqual(states, [2, 2, 2, 3]);
  await finish(stop, clock, done);
});

test('a poll whose points cannot be taken has its next turn, and is a failure', async () => {
  let polls = 0;
  const { clock, runner, stop, counts } = setUp({
    ...collectorOf(() => 0),
    async *poll() {
      polls++;
      yield [{ dataset, time: 0, dimensions: {}, values: JSON.parse('null') }];
    },
  });
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(2 * INTERVAL + 1);
  assert.equal(polls, 3);
  assert.equal(counts.get('octowatch_polls_total{collector="test/probe",outcome="malformed"}'), 3);
  await finish(stop, clock, done);
});

test('an outcome that nobody can take costs no turn', async () => {
  let polls = 0;
  const { clock, runner, stop } = setUp(
    collectorOf(() => ++polls),
    {
      onOutcome: () => {
        throw new Error('of a test');
      },
    },
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(2 * INTERVAL + 1);
  assert.equal(polls, 3);
  await finish(stop, clock, done);
});

test('of a target that goes while its poll is written nothing is remembered', async () => {
  const outcomes: PollOutcome[] = [];
  const written = Promise.withResolvers<void>();
  const { clock, runner, stop } = setUp(
    collectorOf(() => {
      throw new Failure('network', 'refused');
    }),
    { writer: { write: () => written.promise }, onOutcome: (outcome) => outcomes.push(outcome) },
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(1);
  runner.setTargets([]);
  written.resolve();
  await clock.advance(1);
  assert.deepEqual(outcomes, []);
  await finish(stop, clock, done);
});

test('a clock that is set back stops no poll', async () => {
  const shifted = new VirtualClock();
  let shift = 0;
  const clock = { now: () => shifted.now() - shift, sleep: shifted.sleep.bind(shifted) };
  let polls = 0;
  const { runner, stop } = setUp(
    collectorOf(() => ++polls),
    { clock },
  );
  const done = runner.run([target('acme')], stop.signal);
  await shifted.advance(1);
  shift = 3_600_000;
  await shifted.advance(4 * INTERVAL);
  assert.ok(polls >= 4, `${polls} polls`);
  await finish(stop, shifted, done);
});

test('a collector that is the source of nothing for a target is not polled', async () => {
  const polled: string[] = [];
  const { clock, runner, stop, written } = setUp(
    collectorOf(({ tenant }) => polled.push(tenant)),
    { isSource: (_collector, { tenant }) => tenant !== 'logs-only' },
  );
  const done = runner.run([target('logs-only'), target('acme')], stop.signal);
  await clock.advance(INTERVAL - 1);
  assert.deepEqual(polled, ['acme']);
  assert.equal(written.length, 1);
  await finish(stop, clock, done);
});

test('an instance that falls asleep is asked no further, and its series end', async () => {
  const ended: unknown[] = [];
  const { clock, runner, stop, counts } = setUp(
    collectorOf((_target, { clock: time, signal }) => time.sleep(8000, signal).then(() => 1)),
    { writer: { write: async ({ columns, complete }) => void ended.push([columns.rows, complete?.tenant]) } },
  );
  const done = runner.run([target('acme')], stop.signal);
  await clock.advance(5000);
  runner.setTargets([{ ...target('acme'), asleep: true }]);
  await clock.advance(10 * INTERVAL);
  assert.deepEqual(ended, [[0, 'acme']]);
  assert.equal(counts.size, 0, 'nor is that a failure');
  runner.setTargets([target('acme')]);
  await clock.advance(INTERVAL + 8000);
  assert.deepEqual(ended.slice(1, 2), [[2, 'acme']]);
  await finish(stop, clock, done);
});

test('one poll by hand writes nothing', async () => {
  const collector = collectorOf(() => 5);
  const { runner, stop, written } = setUp(collector);
  const { points, failure } = await runner.pollOnce(collector, target('acme'), stop.signal);
  assert.equal(failure, undefined);
  assert.deepEqual(
    points.map(({ values }) => values),
    [{ probe_value: 5 }],
  );
  assert.deepEqual(written, []);
});

test('a clock that jumps while a poll is under way delays neither it nor its turns', async () => {
  const machine = new VirtualClock();
  let shift = 0;
  const clock = { now: () => machine.now() + shift, sleep: machine.sleep.bind(machine) };
  const polls: number[] = [];
  const delays: number[] = [];
  const { metrics } = countedMetrics();
  const { runner, stop } = setUp(
    collectorOf(async () => {
      polls.push(machine.now());
      await machine.sleep(100);
      return 1;
    }),
    {
      clock,
      metrics: {
        ...metrics,
        observe: (name, value) => void (name === 'octowatch_poll_delay_seconds' && delays.push(value)),
      },
    },
  );
  const done = runner.run([target('acme')], stop.signal);
  await machine.advance(50);
  shift = 8 * 3_600_000 + 7000;
  await machine.advance(3 * INTERVAL);
  const pauses = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
  assert.ok(pauses.length >= 2 && Math.max(...pauses) <= INTERVAL + 100, pauses.join());
  assert.ok(Math.max(...delays) < 1, delays.join());
  await finish(stop, machine, done);
});
