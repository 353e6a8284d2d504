import { parseArgs } from 'node:util';
import { build } from './parts/edge.ts';
import { startPoller, type Sums } from './parts/fleet/poller.ts';
import { startServers } from './parts/fleet/servers-process.ts';

/**
 * What it costs to poll a fleet over TLS by the agent itself, points going into head, spool and embedded store: 100,
 * 1,000 and 10,000 instances, then 10,000 of which a fifth hangs or answers HTML. The servers are a process of their own.
 * `--instances N` with `--broken 0.2` is one load alone; `--warm` and `--measure` are seconds.
 */
const { values: options } = parseArgs({
  options: {
    instances: { type: 'string' },
    broken: { type: 'string', default: '0' },
    warm: { type: 'string', default: '90' },
    measure: { type: 'string', default: '60' },
  },
});

interface Figures {
  readonly instances: number;
  readonly requests_per_s: number;
  /** CPU-seconds a second of the polling process, all threads. */
  readonly cores: number;
  readonly rss_mib: number;
  readonly poll_delay_p99_s: number;
  readonly requests_per_cpu_s: number;
}

build();
if (options.instances !== undefined) {
  console.log(JSON.stringify(await measure(Number(options.instances), Number(options.broken))));
} else {
  const small = await measure(100, 0);
  const middle = await measure(1000, 0);
  const large = await measure(10_000, 0);
  const broken = await measure(10_000, 0.2);
  console.log(JSON.stringify({ bench: 'fleet', ...large, fifth_broken: broken, x100: small, x1000: middle }));
}

async function measure(instances: number, broken: number): Promise<Figures> {
  const servers = await startServers(instances, broken);
  const poller = await startPoller(servers);
  try {
    await seconds(Number(options.warm));
    const before = await poller.sums();
    await seconds(Number(options.measure));
    const figures = figuresOf(instances, before, await poller.sums(), poller.peakMib());
    console.log(JSON.stringify({ ...figures, broken }));
    return figures;
  } finally {
    await poller.stop();
    servers.stop();
  }
}

function figuresOf(instances: number, before: Sums, after: Sums, rss: number): Figures {
  const took = (after.atMs - before.atMs) / 1000;
  const requests = after.requests - before.requests;
  const cpu = after.cpuSeconds - before.cpuSeconds;
  return {
    instances,
    requests_per_s: Math.round(requests / took),
    cores: Number((cpu / took).toFixed(2)),
    rss_mib: rss,
    poll_delay_p99_s: p99(before, after),
    requests_per_cpu_s: Math.round(requests / cpu),
  };
}

/** By linear interpolation in the histogram's bucket, as Prometheus's `histogram_quantile` does. */
function p99({ delays: before }: Sums, { delays: after }: Sums): number {
  const polls = after.map(([bound, count], i) => [bound, count - (before[i]?.[1] ?? 0)] as const);
  const rank = 0.99 * (polls.at(-1)?.[1] ?? 0);
  const index = polls.findIndex(([, count]) => count >= rank);
  const [bound, count] = polls[index] ?? [Number.NaN, 0];
  const [lower, below] = polls[index - 1] ?? [0, 0];
  if (!Number.isFinite(bound)) return lower;
  return Number((lower + ((bound - lower) * (rank - below)) / Math.max(1, count - below)).toFixed(3));
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}
