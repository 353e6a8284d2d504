import type { TestContext } from 'node:test';
import { Failure } from '../../model/failure.ts';
import type { Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import type { Discoverer } from '../discoverer.ts';
import { createFleet, type FleetSources, type LiveFleet } from '../fleet.ts';

export interface FleetScene {
  readonly fleet: LiveFleet;
  readonly clock: VirtualClock;
  /** The log, one JSON object a line. */
  readonly lines: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  readonly gauges: ReadonlyMap<string, number>;
  /** What is on the disk; it may be changed. */
  readonly disk: Map<string, string>;
  readonly secrets: Map<string, string>;
  /** The tenants at each change. */
  readonly changes: readonly (readonly string[])[];
  tenants(): readonly string[];
}

/** A running fleet of these sources on virtual time; what is on `disk` was there before. */
export async function startFleet(
  t: TestContext,
  discoverers: readonly Discoverer[],
  {
    listed = [],
    disk = new Map<string, string>(),
  }: { listed?: FleetSources['listed']; disk?: Map<string, string> } = {},
): Promise<FleetScene> {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21));
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const gauges = new Map<string, number>();
  const secrets = new Map<string, string>();
  const changes: (readonly string[])[] = [];
  const tenants = (): readonly string[] => fleet.instances().map(({ tenant }) => tenant);
  const fleet = createFleet(
    { listed, discoverers },
    {
      clock,
      log: logTo(lines),
      metrics: metricsTo(counts, gauges),
      saved: {
        read: (name) => Promise.resolve(disk.get(name)),
        write: async (name, text) => void disk.set(name, text),
        remove: (name) => Promise.resolve(void disk.delete(name)),
      },
      async readSecret(path) {
        const text = secrets.get(path);
        if (text === undefined) throw new Failure('not_found', `${path}: no such file`);
        return text;
      },
      objection: (tenant) => (tenant === 'hunter2' ? 'it holds what is taken for a secret' : undefined),
      onChange: () => void changes.push(tenants()),
    },
  );
  await fleet.restore();
  const stop = new AbortController();
  const running = fleet.run(stop.signal);
  t.after(async () => {
    stop.abort();
    await running;
  });
  await clock.advance(0);
  return { fleet, clock, lines, counts, gauges, disk, secrets, changes, tenants };
}

function logTo(lines: string[]): Log {
  const write = (fields: object, message: string): void => {
    lines.push(JSON.stringify({ ...fields, message }));
  };
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
  return log;
}

/** Series as `name{value of label,…}`. */
function metricsTo(counts: Map<string, number>, gauges: Map<string, number>): SelfMetrics {
  const keyOf = (name: string, labels: object = {}): string => `${name}{${Object.values(labels).join()}}`;
  return {
    increment: (name, labels, by = 1) =>
      void counts.set(keyOf(name, labels), (counts.get(keyOf(name, labels)) ?? 0) + by),
    set: (name, value, labels) => void gauges.set(keyOf(name, labels), value),
    observe() {},
  };
}
