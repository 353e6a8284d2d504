import { setImmediate as breathe } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rssOf } from '../process-figures.ts';
import { openBenchAgent } from './agent.ts';
import { Feed } from './feed.ts';
import { longestBlockOf } from './longest-block.ts';
import { SERIES_PER_TENANT, TICK_MS } from './workload.ts';

/** One load in a process of its own: warm up, measure rounds, then let time run and see how long others wait. */
const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '1000' },
    warm: { type: 'string', default: '150' },
    rounds: { type: 'string', default: '40' },
    /** Tenants replaced in each round. */
    replace: { type: 'string', default: '0' },
    /** Seconds of real time at the end. */
    watch: { type: 'string', default: '15' },
  },
});
const tenants = Number(values.tenants);
const replaced = Number(values.replace);
await using agent = await openBenchAgent();
const feed = new Feed(agent.head, tenants);

let tick = 0;
let coldMs = 0;
for (; tick < Number(values.warm); tick++) {
  const { cpuMs } = await round();
  if (tick === 0) coldMs = cpuMs;
}
feed.headMs = 0;
let cpuMs = 0;
for (let n = 0; n < Number(values.rounds); n++, tick++) ({ cpuMs } = add(await round()));
const ingestMs = feed.headMs / Number(values.rounds);
const alerts = agent.alerts();
const beforeCold = process.threadCpuUsage();
agent.queries();
const cold = process.threadCpuUsage(beforeCold);
const blockMs = Number(values.watch) > 0 ? await watch(Number(values.watch)) : undefined;

console.log(
  JSON.stringify({
    cpu_s_per_round: rounded(cpuMs / Number(values.rounds) / 1000, 5),
    rss_mib: Math.round(rssOf(process.pid).now),
    peak_rss_mib: Math.round(rssOf(process.pid).peak),
    max_block_ms: blockMs === undefined ? undefined : rounded(blockMs, 1),
    series: tenants * SERIES_PER_TENANT,
    head_series: agent.head.seriesCount,
    ingest_ms_per_round: rounded(ingestMs, 1),
    first_round_ms: rounded(coldMs, 1),
    /** All expressions as queries nothing is kept of. */
    cold_ms: rounded((cold.user + cold.system) / 1000, 1),
    alerts,
  }),
);

/** Polls of one interval, then all rules, and what the head does by itself in the time between. */
async function round(): Promise<{ cpuMs: number }> {
  if (replaced > 0) feed.replace(tick * replaced, replaced);
  feed.poll(tick, agent.clock.now(), TICK_MS - 1000);
  await agent.head.flush();
  await agent.clock.advance(TICK_MS - 1);
  const before = process.cpuUsage();
  agent.round();
  await agent.head.flush();
  await agent.clock.advance(1);
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000 };
}

function add(one: { cpuMs: number }): { cpuMs: number } {
  return { cpuMs: cpuMs + one.cpuMs };
}

/** The longest that something else had to wait while the rules ran on their own, ms. */
async function watch(seconds: number): Promise<number> {
  const life = new AbortController();
  await agent.clock.letGo();
  const running = agent.ruler.run(life.signal);
  const blocks = longestBlockOf(life.signal);
  const slices = 100;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; tick++) {
    const now = agent.clock.now();
    for (let slice = 0; slice < slices; slice++) {
      blocks.pause(() => feed.poll(tick, now - TICK_MS, TICK_MS, slice, slices));
      while (agent.clock.now() < now + ((slice + 1) * TICK_MS) / slices) await breathe();
    }
  }
  life.abort();
  await running;
  return blocks.longest();
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
