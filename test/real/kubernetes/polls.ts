import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createKubernetes } from '../../../collectors/kubernetes/index.ts';
import type { ClusterSettings } from '../../../collectors/kubernetes/settings.ts';
import type { CollectContext, PollCollector, Target } from '../../../src/collect/contract.ts';
import { fleetOf } from '../../../src/collect/fleet-of.ts';
import { createKubernetesClients } from '../../../src/kubernetes/clients.ts';
import type { Failure } from '../../../src/model/failure.ts';
import type { Point } from '../../../src/model/point.ts';
import { systemClock } from '../../../src/system/system-clock.ts';
import { countedMetrics } from '../../contract/counted-metrics.ts';
import { recordedLog } from '../../contract/recorded-log.ts';

export const CLUSTER = 'test';
const place = { kind: 'kubernetes', name: CLUSTER } as const;
const TARGET: Target = { tenant: '', place, info: {}, files: {}, timeZone: 'UTC' };

/** The polls of one cluster, as the agent makes them. */
export interface Polls {
  readonly names: readonly string[];
  readonly counts: Map<string, number>;
  /** One poll now. @throws Failure */
  ask(name: string): Promise<readonly Point[]>;
  /** Why a poll fails; undefined when it does not. */
  failure(name: string): Promise<Failure | undefined>;
  close(): Promise<void>;
}

/** Makes them; `tenants` is the fleet. */
export function createPolls(settings: Omit<ClusterSettings, 'name'>, tenants: readonly string[]): Polls {
  const { metrics, counts } = countedMetrics();
  const { log } = recordedLog();
  const clusters = [{ name: CLUSTER, ...settings }];
  const shared = { clock: systemClock, metrics, log };
  const kubernetes = createKubernetesClients({ clock: systemClock, clusters: () => clusters });
  const polls = createKubernetes({
    ...shared,
    kubernetes,
    random: Math.random,
    settings: () => ({ kubernetes: { clusters } }),
  });
  const fleet = fleetOf(() => instances);
  const instances = tenants.map((tenant): Target => ({ tenant, info: {}, files: {}, timeZone: 'UTC' }));

  async function ask(name: string): Promise<readonly Point[]> {
    const poll = polls.find((each) => each.name === name);
    assert.ok(poll, name);
    return readAll(poll, { ...shared, fleet, state: null, signal: AbortSignal.timeout(30_000), isSource });
  }

  return {
    names: polls.map(({ name }) => name),
    counts,
    ask,
    failure: (name) =>
      ask(name).then(
        () => undefined,
        (error: unknown) => error as Failure,
      ),
    async close() {
      for (const poll of polls) await poll.forget?.(TARGET);
      await kubernetes.close();
    },
  };
}

/** The polls of a test, closed at its end. */
export function testPolls(
  t: TestContext,
  settings: Omit<ClusterSettings, 'name'>,
  tenants: readonly string[],
): Polls {
  const polls = createPolls(settings, tenants);
  t.after(() => polls.close());
  return polls;
}

/** Points that have a metric and these dimensions. */
export function find(
  points: readonly Point[],
  metric: string,
  dimensions: Readonly<Record<string, string>>,
): readonly Point[] {
  return points.filter(
    (point) =>
      point.values[metric] !== undefined &&
      Object.entries(dimensions).every(([name, value]) => point.dimensions[name] === value),
  );
}

/** Asks again and again until it is so; how long that took, ms. */
export async function until(
  what: string,
  check: () => Promise<boolean>,
  deadlineMs = 30_000,
): Promise<number> {
  const startedAt = performance.now();
  while (!(await check())) {
    assert.ok(performance.now() - startedAt < deadlineMs, `not within ${deadlineMs} ms: ${what}`);
    await systemClock.sleep(20);
  }
  return performance.now() - startedAt;
}

async function readAll(poll: PollCollector, context: CollectContext): Promise<Point[]> {
  const points: Point[] = [];
  for await (const some of poll.poll(TARGET, context)) points.push(...some);
  return points;
}

function isSource(): boolean {
  return true;
}
