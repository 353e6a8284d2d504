import { createPolls, find, type Polls } from './polls.ts';

/** What the parent asks of it. */
export type Request =
  | { readonly ask: 'restarts'; readonly namespace: string }
  | { readonly ask: 'figures' }
  | { readonly ask: 'run'; readonly ms: number };

/** What the process has used since it was asked last, and holds. */
export interface Figures {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly points: number;
  readonly failures: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

const [kubeconfig = '', tenants = ''] = process.argv.slice(2);
const polls = createPolls(
  { kubeconfig, namespace_pattern: 'octopus-(.+)' },
  Array.from({ length: Number(tenants) }, (_, i) => `t${i}`),
);
let cpu = process.cpuUsage();

/** Polls as the agent does, each at the interval of most: 30 s; begun one second after the other. */
async function run(ms: number): Promise<{ points: number; failures: string[] }> {
  const outcomes = { points: 0, failures: [] as string[] };
  const rounds = Math.max(1, Math.round(ms / 30_000));
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    outcomes.points = 0;
    for (const name of polls.names) {
      outcomes.points += await pollOnce(polls, name, outcomes.failures);
      await sleep(1000);
    }
    await sleep(Math.max(0, 30_000 - (performance.now() - startedAt)));
  }
  return outcomes;
}

async function pollOnce(from: Polls, name: string, failures: string[]): Promise<number> {
  try {
    return (await from.ask(name)).length;
  } catch (error) {
    failures.push(String(error));
    return 0;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function figures(outcomes: { points: number; failures: readonly string[] }): Figures {
  const used = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  return {
    ...outcomes,
    cpuSeconds: (used.user + used.system) / 1e6,
    residentBytes: process.memoryUsage().rss,
    counts: Object.fromEntries(polls.counts),
  };
}

async function answer(request: Request): Promise<unknown> {
  if (request.ask === 'run') return figures(await run(request.ms));
  if (request.ask === 'figures') return figures({ points: 0, failures: [] });
  const metric = 'kube_pod_container_status_restarts_total';
  const points = find(await polls.ask('kubernetes/pods'), metric, { namespace: request.namespace });
  return points[0]?.values[metric];
}

process.on('message', (request: Request) => {
  void answer(request).then((value) => process.send?.({ value }));
});
process.on('disconnect', () => void polls.close().finally(() => process.exit()));
