import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createKubernetes } from '../../collectors/kubernetes/index.ts';
import type { ClusterSettings } from '../../collectors/kubernetes/settings.ts';
import type { Target } from '../../src/collect/contract.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { createKubernetesClients } from '../../src/kubernetes/clients.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { FIXTURE_TIME } from '../contract/poll-collector-contract.ts';
import { recordedLog } from '../contract/recorded-log.ts';
import { startFakeKubernetes, type FakeKubernetes } from './kubernetes-api.ts';
import { fillCluster } from './kubernetes-objects.ts';

/** How the fixtures name tenants. */
export const MAPPING = {
  tenant_label: 'octopus.example.com/tenant',
  namespace_pattern: 'octopus-(?P<tenant>.+)',
};
const place = { kind: 'kubernetes', name: 'prod-1' } as const;
const TARGET: Target = { tenant: '', place, info: {}, files: {}, timeZone: 'UTC' };
const globex: Target = { tenant: 'globex', info: {}, files: {}, timeZone: 'UTC' };

/** All polls of the collector over one fake cluster. */
export interface World {
  readonly api: FakeKubernetes;
  /** Replaced by a reload. */
  clusters: readonly ClusterSettings[];
  ask(poll: string, state?: JsonValue): Promise<{ points: readonly Point[]; state: JsonValue }>;
  /** Why a poll fails; undefined when it does not. */
  failure(poll: string): Promise<Failure | undefined>;
  forget(): Promise<void>;
}

/** Starts it for one test; the fleet is acme and globex. */
export async function startWorld(
  t: TestContext,
  mapping: Partial<ClusterSettings> = MAPPING,
): Promise<World> {
  const api = await startFakeKubernetes(t);
  fillCluster(api);
  const { log } = recordedLog();
  const shared = { clock: new VirtualClock(FIXTURE_TIME), metrics: NO_METRICS, log };
  const acme = { ...globex, tenant: 'acme' };
  const { clock } = shared;
  const kubernetes = createKubernetesClients({ clock, clusters: () => world.clusters });
  const settings = () => ({ kubernetes: world });
  const polls = createKubernetes({ ...shared, random: () => 0, kubernetes, settings });
  const world: World = {
    api,
    clusters: [{ name: 'prod-1', kubeconfig: api.kubeconfig, ...mapping }],
    async ask(name, state = null) {
      const poll = polls.find((each) => each.name === `kubernetes/${name}`);
      assert.ok(poll);
      const fleet = fleetOf(() => [acme, globex]);
      const context = { ...shared, state, fleet, signal: t.signal, isSource: () => true };
      const points: Point[] = [];
      for await (const some of poll.poll(TARGET, context)) points.push(...some);
      return { points, state: context.state };
    },
    failure: (name) =>
      world.ask(name).then(
        () => undefined,
        (error: unknown) => error as Failure,
      ),
    async forget() {
      for (const poll of polls) await poll.forget?.(TARGET);
    },
  };
  t.after(async () => {
    await world.forget();
    await kubernetes.close();
  });
  return world;
}

/** Points that have a metric and these dimensions. */
export function find(
  points: readonly Point[],
  metric: string,
  dimensions: Readonly<Record<string, string>>,
): Point[] {
  return points.filter(
    (point) =>
      point.values[metric] !== undefined &&
      Object.entries(dimensions).every(([name, value]) => point.dimensions[name] === value),
  );
}

/** Real sockets take real time, though the clock of the polls does not move. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 400; !(await check()); left--) {
    assert.ok(left > 0, `never: ${check.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
