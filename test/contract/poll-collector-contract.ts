import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import type { Place, PollCollector, Target } from '../../src/collect/contract.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import type { PollOutcome } from '../../src/collect/outcome-log.ts';
import { createPollRunner, type PollRunner } from '../../src/collect/poll-runner.ts';
import { labelNamesOf } from '../../src/model/dataset.ts';
import type { Point } from '../../src/model/point.ts';
import type { Clock, Http } from '../../src/model/ports.ts';
import type { SelfMetrics } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { countedMetrics } from './counted-metrics.ts';
import { startLoopbackServer, type Answer, type Received } from './loopback-server.ts';
import { recordedLog } from './recorded-log.ts';

/** When the fixtures were read: 2026-11-21 06:30 UTC. */
export const FIXTURE_TIME = Date.UTC(2026, 10, 21, 6, 30);

export interface Surroundings {
  readonly url: string;
  readonly http: Http;
  readonly clock: Clock;
  readonly metrics: SelfMetrics;
}

/** How the source is: as it should be, silent, or answering what no format promises. */
export type Condition = 'well' | 'silent' | 'malformed';

export interface PollContract {
  readonly name: string;
  /** Makes the collector; one that does not read over HTTP is given its `condition` here. */
  readonly create: (around: Surroundings, condition: Condition) => PollCollector;
  /** What a server at `Surroundings.url` answers; it hangs, or answers HTML, where the condition says so. */
  readonly answer?: (request: Received) => Answer | undefined;
  /** The place that is polled; an instance when left out. */
  readonly place?: Place;
  /** The instances there are besides `acme`. */
  readonly fleet?: readonly Target[];
  /** File of what the poll yields and keeps; written anew when UPDATE_GOLDEN is set. */
  readonly golden: URL;
  readonly info?: Target['info'];
  /** It asks nobody, but reads what is in memory: no source can be silent. */
  readonly readsMemory?: boolean;
  /** A probe: no answer is an answer, so it yields these values, of a point or of several, instead of failing. */
  readonly whenDown?: Point['values'] | readonly Point['values'][];
}

/** What every poll collector promises, tested on real sockets. */
export function testPollContract(contract: PollContract): void {
  const { name, answer = () => undefined, golden, whenDown } = contract;

  test(`${name}: yields the golden points, all declared, within its label budget`, async (t) => {
    const { runner, collector, target, url, clock } = await setUp(t, contract, 'well', answer);
    const poll = runner.pollOnce(collector, target, t.signal);
    const { points, state, failure } = await wakingRetries(clock, poll);
    assert.equal(failure, undefined);
    assert.ok(points.length > 0);
    for (const point of points) assertDeclared(point, collector);
    assertLabelBudget(points);
    assertGolden(golden, { points: points.map(readable), state }, url);
  });

  const silence = { skip: contract.readsMemory === true };
  test(`${name}: ends within 1 s of its signal when the source never answers`, silence, async (t) => {
    const stop = new AbortController();
    const { runner, collector, target } = await setUp(t, contract, 'silent', () => {
      setImmediate(() => stop.abort());
      return { hang: 'at_once' };
    });
    if (contract.answer === undefined) setTimeout(() => stop.abort(), 50);
    const { failure, ended } = await runner.pollOnce(collector, target, stop.signal);
    assert.equal(failure?.reason, 'aborted');
    await ended;
  });

  test(`${name}: a malformed answer is a counted failure and does not end the runner`, async (t) => {
    const { runner, target, clock, counts, outcomes } = await setUp(t, contract, 'malformed', () => ({
      text: '<html>',
    }));
    const stop = new AbortController();
    const done = runner.run([target], stop.signal);
    await clock.advance(0);
    const { failure } = await wakingRetries(clock, outcomes.next());
    stop.abort();
    await done;
    const outcome = whenDown === undefined ? 'malformed' : 'ok';
    assert.equal(failure?.reason ?? 'ok', outcome);
    assert.equal(counts.get(`octowatch_polls_total{collector="${name}",outcome="${outcome}"}`), 1);
  });

  if (whenDown === undefined) return;
  test(`${name}: no answer is an answer`, async (t) => {
    const made = await setUp(t, contract, 'malformed', () => ({ status: 503 }));
    const { runner, collector, target, clock } = made;
    const poll = runner.pollOnce(collector, target, t.signal);
    const { points, failure } = await wakingRetries(clock, poll);
    assert.equal(failure, undefined);
    assert.deepEqual(
      points.map(({ values }) => values),
      [whenDown].flat(),
    );
  });
}

/** A client that tries again waits for a clock that does not move: it gives up with its failure, and the test does not hang. */
async function wakingRetries<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const done = work.finally(() => over.abort());
  while (!over.signal.aborted) await clock.advance(0);
  return done;
}

interface SetUp {
  readonly runner: PollRunner;
  readonly collector: PollCollector;
  readonly target: Target;
  readonly url: string;
  readonly clock: VirtualClock;
  readonly counts: Map<string, number>;
  readonly outcomes: { next(): Promise<PollOutcome> };
}

async function setUp(
  t: TestContext,
  { create, info = {}, place, fleet: others = [] }: PollContract,
  condition: Condition,
  answer: NonNullable<PollContract['answer']>,
): Promise<SetUp> {
  const clock = new VirtualClock(FIXTURE_TIME);
  const date = new Date(FIXTURE_TIME).toUTCString();
  const { url } = await startLoopbackServer(t, (request) => {
    const given = answer(request);
    return given === undefined ? undefined : { ...given, headers: { date, ...given.headers } };
  });
  const { http, close } = createHttp();
  t.after(close);
  const { metrics, counts } = countedMetrics();
  const collector = create({ url, http, clock, metrics }, condition);
  const base = { info, files: {}, timeZone: 'UTC' };
  const acme = { ...base, tenant: 'acme', url };
  const target = place === undefined ? acme : { ...base, tenant: '', place };
  t.after(() => collector.forget?.(target));
  const { promise, resolve } = Promise.withResolvers<PollOutcome>();
  const runner = createPollRunner({
    collectors: [collector],
    writer: { write: () => Promise.resolve() },
    clock,
    random: () => 0,
    log: recordedLog().log,
    metrics,
    positions: () => undefined,
    fleet: fleetOf(() => [acme, ...others]),
    isSource: () => true,
    onOutcome: resolve,
  });
  return { runner, collector, target, url, clock, counts, outcomes: { next: () => promise } };
}

function assertDeclared({ dataset, dimensions, values }: Point, collector: PollCollector): void {
  assert.ok(collector.datasets.includes(dataset), `dataset ${dataset.name}`);
  const fields = dataset.kind === 'gauge' ? dataset.metrics : dataset.fields;
  for (const name of Object.keys(dimensions)) assert.ok(name in dataset.dimensions, `dimension ${name}`);
  for (const [name, value] of Object.entries(values)) {
    assert.ok(name in fields, `metric ${name}`);
    if (dataset.kind === 'gauge')
      assert.ok(value === undefined || Number.isFinite(value), `${name} is ${value}`);
  }
}

/** Labels tell a bounded number of series apart: none is an id, none grows with what is counted. */
function assertLabelBudget(points: readonly Point[]): void {
  for (const [dataset, group] of Map.groupBy(points, (point) => point.dataset)) {
    const names = dataset.kind === 'gauge' ? Object.values(dataset.samples ?? {}) : [];
    const labels = [...labelNamesOf(dataset), ...names];
    const sets = group.map(({ tenant = '', dimensions }) =>
      labels.map((label) => (label === 'tenant' ? tenant : (dimensions[label] ?? ''))),
    );
    for (const value of sets.flat()) assert.doesNotMatch(value, /^[A-Z][A-Za-z]+-\d+$/, `an id as a label`);
    const distinct = new Set(sets.map((set) => set.join('\n'))).size;
    assert.ok(distinct <= (dataset.seriesLimit ?? 1000));
    if (dataset.kind === 'gauge')
      assert.equal(distinct, group.length, `two points of ${dataset.name} with the same labels`);
  }
}

function readable({ dataset, time, ...rest }: Point): object {
  return { dataset: dataset.name, time: new Date(time).toISOString(), ...rest };
}

function assertGolden(file: URL, actual: unknown, url: string): void {
  const text = `${JSON.stringify(actual, undefined, 2).replaceAll(url, 'http://instance')}\n`;
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(file, text);
  assert.deepEqual(JSON.parse(text), JSON.parse(readFileSync(file, 'utf8')));
}
