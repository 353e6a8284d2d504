/** The 20 series of one tenant, as functions of who it is and of time alone: the same for us and for the peer. */

export const TICK_MS = 5000;
export const SERIES_PER_TENANT = 20;
const TICK_S = TICK_MS / 1000;
const BOUNDS = ['0.1', '0.5', '1', '5', '+Inf'] as const;
/** The share of requests that took at most so long. */
const QUICK = [0.6, 0.9, 0.995, 0.999, 1];
const SLOW = [0.1, 0.4, 0.5, 0.9, 1];

/** One row of a page: the labels beside the tenant, and a value by metric. */
export interface PageRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>>;
}

/** A tenant's name; a tenant that replaces another one (`life` above 0) has a new one. */
export function tenantName(index: number, life = 0): string {
  return `tenant-${String(index).padStart(5, '0')}${life === 0 ? '' : `-${life}`}`;
}

/** What a tenant shows at a tick (5 s). One of a hundred has each of the troubles that the rules look for. */
export function page(index: number, tick: number): readonly PageRow[] {
  const trouble = index % 100;
  const isDown = trouble === 1 || (trouble === 2 && index % 500 === 2 && tick % 12 < 6);
  const seconds = tick * TICK_S;
  const pace = 2 + (index % 7);
  // Counters begin again now and then, as servers are restarted.
  const since = (tick + index * 13) % 700;
  const requests = Math.floor(since * pace * TICK_S + 3 * Math.sin(since / 7));
  const failed = trouble === 3 ? Math.floor(requests / 4) : Math.floor(requests / 2000);
  const shares = trouble === 4 ? SLOW : QUICK;
  const tasks = Math.floor(since / 2);
  return [
    {
      labels: {},
      values: {
        bench_up: isDown ? 0 : 1,
        bench_tasks_queued: queued(trouble, index, tick),
        bench_tasks_executing: trouble === 5 ? 0 : 1 + ((index + tick) % 5),
        bench_oldest_queued_seconds: trouble === 5 ? 900 + (tick % 100) : (index + tick) % 60,
        bench_memory_bytes: (0.6 + ((index * 37) % 331) / 100) * 1e9 + (tick % 10) * 1e6,
        bench_disk_free_bytes: trouble === 6 ? 2e10 - ((seconds * 2e6) % 1e10) : 5e10 + (tick % 50) * 1e5,
        bench_request_seconds_sum: requests * (trouble === 4 ? 2.1 : 0.2),
        bench_request_seconds_count: requests,
      },
    },
    ...[requests, Math.floor(requests / 50), failed].map((value, at) => ({
      labels: { code: ['200', '404', '500'][at] ?? '' },
      values: { bench_requests_total: value },
    })),
    ...BOUNDS.map((le, at) => ({
      labels: { le },
      values: { bench_request_seconds_bucket: Math.floor(requests * (shares[at] ?? 1)) },
    })),
    ...[tasks, trouble === 7 ? tasks : Math.floor(tasks / 40), Math.floor(tasks / 100)].map((value, at) => ({
      labels: { state: ['success', 'failed', 'canceled'][at] ?? '' },
      values: { bench_tasks_total: value },
    })),
    {
      labels: { region: `r${index % 8}`, version: `2026.${1 + (index % 4)}` },
      values: { bench_instance_info: 1 },
    },
  ];
}

function queued(trouble: number, index: number, tick: number): number {
  if (trouble === 8) return 45 + (tick % 10);
  if (trouble === 9) return Math.floor((tick % 2000) * 0.6);
  return (index + tick * 3) % 17;
}
