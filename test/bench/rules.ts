import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { heapFlags, MALLOC } from '../../bin/heap-flags.mjs';
import { measurePrometheus, prometheusVersion } from './parts/rules/prometheus.ts';

/**
 * What a round of 50 rules costs: over 1,000 tenants of 20 series each, over ten times as many, and while tenants come
 * and go; with Prometheus over the same fleet and rules beside it, where it is installed. Each load has a process of
 * its own. `--quick` leaves out the peer and what takes minutes.
 */
const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const RULES = 50;

interface Figures {
  readonly cpu_s_per_round: number;
  readonly rss_mib: number;
  readonly max_block_ms: number;
  readonly series: number;
  readonly alerts: Readonly<Record<string, number>>;
}

console.log('1,000 tenants …');
const plain = await measure('--tenants', '1000');
console.log(JSON.stringify(plain));
let others = {};
if (!options.quick) {
  console.log('10,000 tenants …');
  const large = await measure('--tenants', '10000', '--rounds', '20', '--watch', '25');
  console.log('1,000 tenants, ten replaced in each round, 720 rounds …');
  const churn = await measure('--replace', '10', '--warm', '680', '--watch', '0');
  others = {
    x10: pick(large, 'cpu_s_per_round', 'rss_mib', 'max_block_ms'),
    churn: pick(churn, 'cpu_s_per_round', 'rss_mib'),
    ...(await peer(plain)),
  };
}
console.log(JSON.stringify({ bench: 'rules', rules: RULES, ...plain, ...others }));

async function measure(...args: string[]): Promise<Figures> {
  const script = join(import.meta.dirname, 'parts/rules/measure.ts');
  const child = spawn(process.execPath, [...heapFlags('standalone'), script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...MALLOC, ...process.env },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const figures: Figures = JSON.parse(output);
  return figures;
}

async function peer(ours: Figures): Promise<object> {
  const name = prometheusVersion();
  if (name === undefined) return {};
  console.log(`${name} over the same fleet: five minutes …`);
  const figures = await measurePrometheus(name, 1000, { scrape: 40, warm: 200, measure: 60 });
  const times = figures.cpu_s_per_round / ours.cpu_s_per_round;
  return { peer: figures, times_the_peer: Number(times.toFixed(1)) };
}

function pick(figures: Figures, ...names: (keyof Figures)[]): object {
  return Object.fromEntries(names.map((name) => [name, figures[name]]));
}
