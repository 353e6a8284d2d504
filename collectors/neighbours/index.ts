import type { CollectContext, Fleet, PollCollector, Target } from '../../src/collect/contract.ts';
import { databaseServers, tenantsByServer, valuesByTenant } from '../../src/collect/database-servers.ts';
import type { Point } from '../../src/model/point.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import { MINUTE_MS } from './bins.ts';
import { createOccupancy, type Node } from './occupancy.ts';
import { podsOf } from './pods.ts';
import { databaseNeighboursDataset, neighboursDataset } from './schema.ts';
import { judge } from './score.ts';
import type { NeighboursSettings } from './settings.ts';

const INTERVAL_MS = 60_000;
/** After so long a minute is complete, ms: a metrics server is asked once a minute. */
const SETTLE_MS = 120_000;
/** Below, a database server has room for everybody. */
const BUSY = 0.8;

export interface NeighboursDeps {
  /** What other collectors read: pods, their use of the CPU, and how they wait for it. */
  readonly series: SeriesReader;
  readonly settings: () => { readonly neighbours: NeighboursSettings };
}

/** Who takes what others wait for. Asks nobody: it reads what other polls read. */
export function createNeighbours({ series, settings }: NeighboursDeps): readonly PollCollector[] {
  const occupancy = createOccupancy();

  async function* nodes(_: Target, { clock, fleet }: CollectContext): AsyncIterable<readonly Point[]> {
    const now = clock.now();
    const pods = podsOf(series, fleet, now);
    occupancy.update(series, pods, now);
    const until = Math.floor((now - SETTLE_MS) / MINUTE_MS);
    yield occupancy.nodes(series, pods, now).flatMap((node) => nodePoints(node, until, fleet, now));
  }

  async function* databases(_: Target, { clock, fleet }: CollectContext): AsyncIterable<readonly Point[]> {
    yield databasePoints(series, settings().neighbours, fleet, clock.now());
  }

  const base = { reads: 'fleet', intervalMs: INTERVAL_MS } as const;
  return [
    { ...base, name: 'neighbours/nodes', datasets: [neighboursDataset], poll: nodes },
    { ...base, name: 'neighbours/databases', datasets: [databaseNeighboursDataset], poll: databases },
  ];
}

/** A tenant that has left the fleet meanwhile was a neighbour, but is none that can be named. */
function nodePoints({ cluster, node, occupants }: Node, until: number, fleet: Fleet, time: number): Point[] {
  return judge(occupants, until)
    .filter(({ tenant }) => tenant === '' || fleet.find(tenant) !== undefined)
    .map(({ tenant, share, fairShare, noise, victims, isNoisy, harmed }) => ({
      dataset: neighboursDataset,
      time,
      tenant,
      dimensions: { cluster, node },
      values: {
        neighbour_noise_score: noise,
        neighbour_noisy: noise === undefined ? undefined : Number(isNoisy),
        neighbour_victims: noise === undefined ? undefined : victims,
        neighbour_cpu_share_ratio: share,
        neighbour_cpu_fair_share_ratio: fairShare,
        neighbour_harm_ratio: tenant === '' ? undefined : harmed,
      },
    }));
}

function databasePoints(
  series: SeriesReader,
  { database_load_metric: metric }: NeighboursSettings,
  fleet: Fleet,
  time: number,
): Point[] {
  const loads = valuesByTenant(series, metric, time);
  if (loads.size === 0) return [];
  const byServer = tenantsByServer(fleet);
  return [...databaseServers(series, byServer, time)].flatMap(({ name, used }): Point[] => {
    const tenants = byServer.get(name) ?? [];
    const sum = tenants.reduce((all, tenant) => all + (loads.get(tenant) ?? 0), 0);
    if (sum === 0 || tenants.length < 2) return [];
    return tenants.map((tenant) => {
      const share = (loads.get(tenant) ?? 0) / sum;
      const excess = Math.max(0, share - 1 / tenants.length);
      return {
        dataset: databaseNeighboursDataset,
        time,
        tenant,
        dimensions: { database_server: name },
        values: {
          neighbour_database_load_share_ratio: share,
          neighbour_database_noise_score: used === undefined ? undefined : used > BUSY ? excess * used : 0,
          neighbour_database_tenants: tenants.length - 1,
        },
      };
    });
  });
}
