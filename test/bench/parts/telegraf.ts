import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuOf, rssOf } from './process-figures.ts';

const VERSION = 'v1.37.2';
const PACKAGE = 'github.com/influxdata/telegraf/cmd/telegraf';
const TAGS = 'custom,inputs.tail,outputs.elasticsearch,parsers.json_v2';
const cache = join(import.meta.dirname, '../../../.cache/peers/telegraf');
const program = join(cache, `telegraf-${VERSION}`);

/**
 * Telegraf with what it needs for these files and no more, built at the first call by Go (some minutes); undefined
 * where there is no Go.
 */
export function telegraf(): string | undefined {
  if (existsSync(program)) return program;
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  console.log('building Telegraf, the peer: some minutes, once …');
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'go.mod'), 'module peer\n\ngo 1.26\n');
  writeFileSync(join(cache, 'tools.go'), `//go:build tools\n\npackage peer\n\nimport _ "${PACKAGE}"\n`);
  const env = { ...process.env, GOFLAGS: '-mod=mod', GONOSUMDB: '*' };
  try {
    execFileSync('go', ['get', `${PACKAGE}@${VERSION}`], { cwd: cache, env, stdio: 'ignore' });
    execFileSync('go', ['build', '-tags', TAGS, '-o', program, PACKAGE], {
      cwd: cache,
      env,
      stdio: 'ignore',
    });
  } catch {
    console.log('Telegraf could not be built: no peer this time');
    return undefined;
  }
  return program;
}

/** Telegraf at work on one file of JSON lines, tuned as a careful user would. */
export class TelegrafRun {
  readonly directory = mkdtempSync(join(tmpdir(), 'octowatch-telegraf-'));
  readonly file = join(this.directory, 'metrics.log');
  readonly #child;

  constructor(path: string, store: string) {
    const config = join(this.directory, 'telegraf.conf');
    writeFileSync(config, configuration(store, this.file));
    this.#child = spawn(path, ['--config', config, '--quiet'], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  cpu(): number {
    return cpuOf(this.#child.pid ?? 0);
  }

  /** Highest resident memory, MiB. */
  peak(): number {
    return rssOf(this.#child.pid ?? 0).peak;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function configuration(store: string, file: string): string {
  const field = (path: string, type: string): string =>
    `[[inputs.tail.json_v2.field]]\npath = "${path}"\ntype = "${type}"\noptional = true\n`;
  const tag = (path: string): string => `[[inputs.tail.json_v2.tag]]\npath = "${path}"\noptional = true\n`;
  return `[agent]
interval = "1s"
flush_interval = "1s"
metric_batch_size = 5000
metric_buffer_limit = 1000000
omit_hostname = true

[[outputs.elasticsearch]]
urls = ["${store}"]
index_name = "logs-telegraf"
manage_template = false
enable_sniffer = false
health_check_interval = "0s"
enable_gzip = true
timeout = "30s"

[[inputs.tail]]
files = ["${file}"]
initial_read_offset = "beginning"
max_undelivered_lines = 20000
data_format = "json_v2"
[[inputs.tail.json_v2]]
measurement_name = "octopus"
timestamp_path = "Timestamp"
timestamp_format = "2006-01-02T15:04:05.000Z07:00"
${['Type', 'Method', 'StatusCode', 'User', 'TaskName', 'State'].map(tag).join('')}${field('Path', 'string')}${field('DurationMs', 'float')}${field('TaskId', 'string')}${field('Duration', 'string')}${field('QueueMs', 'float')}`;
}
