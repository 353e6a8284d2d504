import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { metricsOf } from '../../../acceptance/metrics.ts';
import { cpuOf, rssOf } from '../process-figures.ts';
import type { Servers } from './servers-process.ts';

const launcher = join(import.meta.dirname, '../../../../bin/octowatch.mjs');

/** Sums since the start of the process. */
export interface Sums {
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly requests: number;
  /** Polls that began, by the upper bound in seconds of how late; cumulative. */
  readonly delays: readonly (readonly [bound: number, polls: number])[];
}

/** The agent that polls. */
export interface Poller {
  sums(): Promise<Sums>;
  peakMib(): number;
  stop(): Promise<void>;
}

/** Starts octowatch on a fleet of these servers, without rules: points go to the head, the spool and the embedded store. */
export async function startPoller({ urls, caFile }: Servers): Promise<Poller> {
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-bench-'));
  const file = join(directory, 'octowatch.yml');
  writeFileSync(file, configuration(urls, directory));
  const child = spawn(process.execPath, [launcher, 'run', '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
  });
  const ended = once(child, 'exit');
  const pid = child.pid ?? 0;
  const url = await addressIn(child.stderr);

  async function sums(): Promise<Sums> {
    const metrics = await metricsOf(url);
    const named = [...metrics].filter(([name]) => name.startsWith('octowatch_octopus_api_requests_total'));
    return {
      atMs: performance.now(),
      cpuSeconds: cpuOf(pid),
      requests: named.reduce((sum, [, value]) => sum + value, 0),
      delays: delaysIn(metrics),
    };
  }

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }

  return { sums, peakMib: () => Math.round(rssOf(pid).peak), stop };
}

function configuration(urls: readonly string[], directory: string): string {
  return JSON.stringify({
    data_dir: join(directory, 'data'),
    web: { listen: '127.0.0.1:0' },
    fleet: { instances: urls.map((url, i) => ({ tenant: `tenant-${i}`, url, api_key: 'API-BENCH' })) },
    rules: { files: [] },
    log: { level: 'info' },
  });
}

async function addressIn(log: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: log })) {
    lines.push(line);
    const url = /"url":"([^"]+)".*"msg":"octowatch is up"/.exec(line)?.[1];
    if (url === undefined) continue;
    log.resume();
    return url;
  }
  throw new Error(['the agent ended before it was up', ...lines].join('\n'));
}

function delaysIn(metrics: ReadonlyMap<string, number>): (readonly [number, number])[] {
  return [...metrics].flatMap(([name, polls]) => {
    const bound = /^octowatch_poll_delay_seconds_bucket\{le="([^"]+)"\}$/.exec(name)?.[1];
    if (bound === undefined) return [];
    return [[bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), polls] as const];
  });
}
