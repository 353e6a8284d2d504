import assert from 'node:assert/strict';
import test from 'node:test';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import type { Target } from '../collect/contract.ts';
import { NO_FLEET } from '../collect/fleet-of.ts';
import { createPollRunner } from '../collect/poll-runner.ts';
import type { JsonValue } from '../model/json.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { Batch, HttpRequest, HttpResponse } from '../model/ports.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { MemorySeries } from '../promql/memory-series.ts';
import { createSignUpGate } from './sign-up-gate.ts';

const PLACE: Target = {
  tenant: '',
  place: { kind: 'fleet', name: 'fleet' },
  info: {},
  files: {},
  timeZone: 'UTC',
};
const LIMITS = {
  url: 'http://receiver',
  signing_key: 'key',
  timeout: 2000,
  pause_below: 20,
  resume_above: 50,
};
/** What a life that is not killed waits for in a minute: four writes and a request, before and after each. */
const STEPS = 10;

/** What lives longer than a process: the disk, the receiver, time. */
function outerWorld() {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21));
  const durable = new Map<string, JsonValue>();
  const told: string[] = [];

  /** A process for two minutes, killed at the `killAt`-th of its awaits: from there on nothing comes back. */
  async function live(tenantsLeft: number, killAt = Number.POSITIVE_INFINITY): Promise<void> {
    let step = 0;
    const gone = new Promise<never>(() => {});
    const maybeKilled = (): Promise<unknown> => (step++ >= killAt ? gone : Promise.resolve());

    async function write({ source, position }: Batch): Promise<void> {
      await maybeKilled();
      durable.set(source, position);
      await maybeKilled();
    }

    async function http({ headers = {} }: HttpRequest): Promise<HttpResponse> {
      await maybeKilled();
      told.push(headers['idempotency-key'] ?? '');
      await maybeKilled();
      return { status: 204, headers: {}, body: new Uint8Array() };
    }

    const series = {
      select: (...query: Parameters<MemorySeries['select']>) =>
        seriesOf(tenantsLeft, clock.now()).select(...query),
    };
    const runner = createPollRunner({
      collectors: [createSignUpGate({ http, series, settings: () => LIMITS })],
      writer: { write },
      clock,
      log: recordedLog().log,
      metrics: countedMetrics().metrics,
      random: () => 0,
      positions: (source) => durable.get(source),
      isSource: () => true,
      fleet: NO_FLEET,
    });
    const stop = new AbortController();
    void runner.run([PLACE], stop.signal);
    await clock.advance(60_000);
    // What is stopped writes nothing more either.
    killAt = 0;
    stop.abort();
    await clock.advance(2000);
  }

  return { live, told, durable };
}

function seriesOf(tenantsLeft: number, time: number): MemorySeries {
  const series = new MemorySeries();
  const labels = { scope: 'fleet', [METRIC_NAME]: 'capacity_tenants_left' };
  series.append([{ labels, time, value: tenantsLeft }]);
  return series;
}

test('killed at any of its awaits, the gate tells each change under one key, and takes back what it told', async () => {
  for (let killAt = 0; killAt <= STEPS; killAt++) {
    const { live, told } = outerWorld();
    await live(3, killAt);
    await live(3);
    await live(80, killAt);
    await live(80);
    const keys = [...new Set(told)].map((key) => key.replace(/-\d+$/, ''));
    assert.deepEqual(keys, ['sign-ups-paused', 'sign-ups-resumed'], `killed at ${killAt}: ${told.join()}`);
    assert.match(told.at(-1) ?? '', /resumed/, `killed at ${killAt}`);
  }
});

test('there is room again while it is away: only a pause that was told is taken back', async () => {
  for (let killAt = 0; killAt <= STEPS; killAt++) {
    const { live, told } = outerWorld();
    await live(3, killAt);
    const isPaused = told.length > 0;
    await live(80);
    const last = told.at(-1) ?? '';
    assert.ok(
      isPaused ? last.includes('resumed') : !last.includes('paused'),
      `killed at ${killAt}: ${told.join()}`,
    );
  }
});
