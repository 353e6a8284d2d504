import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, rssOf } from '../process-figures.ts';
import { RULES } from './agent.ts';
import { TICK_MS } from './workload.ts';

export interface PeerFigures {
  readonly name: string;
  readonly cpu_s_per_round: number;
  readonly rss_mib: number;
  readonly alerts: Readonly<Record<string, number>>;
}

/** How long each part lasts, s: scraping alone, then rules until their windows are well filled, then measured. */
export interface PeerTimes {
  readonly scrape: number;
  readonly warm: number;
  readonly measure: number;
}

/** Its name and version; undefined where it is not installed. */
export function prometheusVersion(): string | undefined {
  const { status, stdout, stderr } = spawnSync('prometheus', ['--version'], { encoding: 'utf8' });
  const version = /version (\S+)/.exec(`${stdout}${stderr}`)?.[1];
  return status === 0 && version !== undefined ? `prometheus ${version.replace(/[+,].*/, '')}` : undefined;
}

/** Prometheus over the same fleet and rules: what the rules cost is what it costs with them less what without. */
export async function measurePrometheus(
  name: string,
  tenants: number,
  times: PeerTimes,
): Promise<PeerFigures> {
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-prometheus-'));
  const exporter = spawn(process.execPath, [join(import.meta.dirname, 'exporter.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [port] = await firstLine(exporter);
  const configuration = join(directory, 'prometheus.yml');
  writeFileSync(configuration, configurationOf(Number(port), tenants, false));
  copyFileSync(RULES, join(directory, 'rules.yml'));
  const listen = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${listen}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    const pid = child.pid ?? 0;
    await sleep(times.scrape * 500);
    const without = await cpuPerRound(pid, times.scrape / 2);
    writeFileSync(configuration, configurationOf(Number(port), tenants, true));
    child.kill('SIGHUP');
    await sleep(times.warm * 1000);
    const withRules = await cpuPerRound(pid, times.measure);
    return {
      name,
      cpu_s_per_round: Number((withRules - without).toFixed(3)),
      rss_mib: Math.round(rssOf(pid).now),
      alerts: await alertsOf(listen),
    };
  } finally {
    await stop(child);
    await stop(exporter);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function cpuPerRound(pid: number, seconds: number): Promise<number> {
  const before = cpuOf(pid);
  await sleep(seconds * 1000);
  return (cpuOf(pid) - before) / ((seconds * 1000) / TICK_MS);
}

async function alertsOf(port: number): Promise<Record<string, number>> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`);
  const { data }: { data: { alerts: { labels: Record<string, string>; state: string }[] } } = JSON.parse(
    await answer.text(),
  );
  const counts: Record<string, number> = {};
  for (const { labels, state } of data.alerts) {
    const key = `${labels['alertname']}:${state}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b)));
}

function configurationOf(port: number, tenants: number, withRules: boolean): string {
  const targets = Array.from({ length: tenants }, (_, index) => {
    return `  - { targets: ['127.0.0.1:${port}'], labels: { __metrics_path__: '/t/${index}' } }`;
  });
  return [
    'global: { scrape_interval: 5s, scrape_timeout: 4s, evaluation_interval: 5s }',
    withRules ? 'rule_files: [rules.yml]' : '',
    'scrape_configs:',
    '- job_name: bench',
    // The tenant tells targets apart; instance and job would make the series differ from ours.
    '  metric_relabel_configs: [{ action: labeldrop, regex: instance|job }]',
    '  static_configs:',
    ...targets,
  ].join('\n');
}

async function firstLine(child: ChildProcess): Promise<string[]> {
  if (child.stdout === null) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  return once(lines, 'line');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
