import type { Fleet, PollCollector, Target } from '../../../src/collect/contract.ts';
import { NO_FLEET } from '../../../src/collect/fleet-of.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import type { Point, PointValue } from '../../../src/model/point.ts';
import type { Log } from '../../../src/model/ports.ts';
import { NO_METRICS } from '../../../src/model/self-metrics.ts';
import { VirtualClock } from '../../../src/model/virtual-clock.ts';

const FLEET_PLACE: Target = {
  tenant: '',
  place: { kind: 'fleet', name: 'fleet' },
  info: {},
  files: {},
  timeZone: 'UTC',
};

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** One poll after another, each going on from the state that the one before left. */
export function pollerOf(
  collector: PollCollector,
  fleet: Fleet = NO_FLEET,
): (now: number) => Promise<Point[]> {
  let state: JsonValue = null;
  return async (now) => {
    const context = {
      signal: new AbortController().signal,
      clock: new VirtualClock(now),
      log: SILENT,
      metrics: NO_METRICS,
      state: structuredClone(state),
      fleet,
      isSource: () => true,
    };
    const points: Point[] = [];
    for await (const some of collector.poll(FLEET_PLACE, context)) points.push(...some);
    state = context.state;
    return points;
  };
}

/** The values of a metric by its labels: `region aws prod us-west-2` -> 3. */
export function valuesOf(points: readonly Point[], metric: string): Record<string, PointValue> {
  return Object.fromEntries(
    points.flatMap(({ dimensions, values }) => {
      const value = values[metric];
      const labels = Object.values(dimensions).filter((label) => label !== '');
      return value === undefined ? [] : [[labels.join(' '), value] as const];
    }),
  );
}
