import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { METRIC_NAME, type Labels } from '../../../src/model/labels.ts';
import { matchesAll, type Matcher } from '../../../src/model/matcher.ts';
import type { Series, SeriesReader } from '../../../src/model/series.ts';
import { parseExpression } from '../../../src/promql/parser.ts';
import { prepareSteps, RowPool, type PreparedSteps } from '../../../src/promql/steps/evaluate-steps.ts';

/**
 * What it costs to evaluate all shipped rules at every minute of a day: over 1,000 tenants of 20 series each, a sample a
 * minute. Prints CPU-seconds per day, the dearest expressions, and ns per series and step of each kernel.
 */
const { values: options } = parseArgs({
  options: { tenants: { type: 'string', default: '1000' }, days: { type: 'string', default: '3' } },
});
const TENANTS = Number(options.tenants);
const MINUTE = 60_000;
const DAY = { step: MINUTE, count: 1440 };
const START = 1_800_000_000_000;

/** Values at the minutes of a day: most of what is watched stands still. */
const SHAPES: Readonly<Record<string, (tenant: number, minute: number) => number>> = {
  octopus_ping_up: (tenant, minute) => (tenant % 50 === 0 && minute % 700 < 4 ? 0 : 1),
  octopus_maintenance_window_active: () => 0,
  octopus_node_task_cap: () => 5,
  octopus_node_running_tasks: (tenant, minute) => (tenant + minute) % 5,
  octopus_node_draining: () => 0,
  octopus_node_offline: () => 0,
  octopus_node_last_seen_timestamp_seconds: (_tenant, minute) => START / 1000 + minute * 60,
  octopus_task_queue_age_seconds: (tenant, minute) => (tenant * 7 + minute * 13) % 90,
  octopus_tasks_waiting: (tenant, minute) => (tenant + minute) % 3,
  octopus_tasks_running: (tenant, minute) => (tenant + minute) % 4,
  'octopus_web_request_apdex_duration_seconds_bucket|le=0.05': (_tenant, minute) => minute * 118.5,
  'octopus_web_request_apdex_duration_seconds_bucket|le=0.2': (_tenant, minute) => minute * 119.5,
  octopus_web_request_apdex_duration_seconds_count: (_tenant, minute) => minute * 120,
  octopus_canary_duration_seconds: (tenant, minute) => 0.02 + ((tenant * 31 + minute * 17) % 100) / 1000,
  octopus_license_remaining_seconds: (_tenant, minute) => 3e7 - minute * 60,
  octopus_server_maintenance_mode: () => 0,
  octopus_clock_offset_seconds: (tenant, minute) => Math.sin(tenant + minute),
  node_filesystem_avail_bytes: (tenant, minute) => 4e10 - minute * 1e5 + ((tenant * 17 + minute * 29) % 1000),
  node_filesystem_size_bytes: () => 1e11,
  octopus_tasks_finished_total: (tenant, minute) => Math.floor(minute * (1 + (tenant % 3))),
};

class Fleet implements SeriesReader {
  readonly #byName = new Map<string, Series[]>();

  add(name: string, series: Series): void {
    const known = this.#byName.get(name);
    if (known === undefined) this.#byName.set(name, [series]);
    else known.push(series);
  }

  *select(matchers: readonly Matcher[]): Iterable<Series> {
    const name = matchers.find((matcher) => matcher.name === METRIC_NAME)?.value ?? '';
    for (const series of this.#byName.get(name) ?? []) if (matchesAll(matchers, series.labels)) yield series;
  }

  clear(name: string): void {
    this.#byName.delete(name);
  }
}

/** A day of samples, and six hours before it. */
const HISTORY = 360;
const fleet = new Fleet();
for (const [key, shape] of Object.entries(SHAPES)) {
  const [name = '', le] = key.split('|le=');
  for (let tenant = 0; tenant < TENANTS; tenant++) {
    const length = HISTORY + DAY.count;
    const times = Float64Array.from(
      { length },
      (_, i) => START + (i - HISTORY) * MINUTE - (tenant % 60) * 1000,
    );
    const values = Float64Array.from({ length }, (_, i) => shape(tenant, i));
    const labels: Labels = {
      [METRIC_NAME]: name,
      tenant: `t${tenant}`,
      ...(name.includes('_node_') ? { node: 'n1' } : {}),
      ...(name.startsWith('node_filesystem') ? { mountpoint: '/data', fstype: 'ext4' } : {}),
      ...(le === undefined ? {} : { le }),
    };
    fleet.add(name, { labels, timestamps: times, values });
  }
}

interface Rule {
  readonly text: string;
  readonly record: string | undefined;
  readonly prepared: PreparedSteps;
  ms: number;
}

const pool = new RowPool();
const timestamps = Float64Array.from({ length: DAY.count }, (_, step) => START + step * MINUTE);
const rules = rulesOf(new URL('../../../rules/', import.meta.url));
for (let day = 0; day < Number(options.days); day++) {
  const before = cpuMs();
  for (const rule of rules) evaluate(rule);
  console.log(`day ${day}: ${((cpuMs() - before) / 1000).toFixed(3)} CPU-seconds for ${rules.length} rules`);
}
for (const { text, ms } of rules.toSorted((a, b) => b.ms - a.ms).slice(0, 15)) {
  console.log(`${ms.toFixed(1).padStart(8)} ms  ${text.replaceAll(/\s+/g, ' ').slice(0, 140)}`);
}
for (const text of [
  'octopus_ping_up',
  'octopus_ping_up == 0',
  'octopus_tasks_running > 2',
  'octopus_ping_up * 2',
  'octopus_tasks_running / octopus_node_task_cap',
  'octopus_tasks_running and octopus_node_task_cap',
  'rate(octopus_tasks_finished_total[10m])',
  'increase(octopus_tasks_finished_total[10m])',
  'avg_over_time(octopus_ping_up[1h])',
  'avg_over_time(octopus_canary_duration_seconds[1h])',
  'max_over_time(octopus_canary_duration_seconds[1h])',
  'changes(octopus_ping_up[1h])',
  'quantile_over_time(0.9, octopus_canary_duration_seconds[10m])',
  'deriv(octopus_canary_duration_seconds[10m])',
  'predict_linear(node_filesystem_avail_bytes[6h], 86400)',
  'sum(octopus_tasks_running)',
  'sum by (tenant) (octopus_tasks_running)',
  'topk(5, octopus_tasks_running)',
  'histogram_quantile(0.9, rate(octopus_web_request_apdex_duration_seconds_bucket[10m]))',
  'max_over_time(octopus_tasks_running[1h:1m])',
]) {
  const prepared = prepareSteps(parseExpression(text), { reader: fleet, rows: pool });
  for (let warm = 0; warm < 2; warm++) prepared.over({ ...DAY, start: START }).release();
  const began = cpuMs();
  const rounds = 4;
  for (let round = 0; round < rounds; round++) prepared.over({ ...DAY, start: START }).release();
  const ns = ((cpuMs() - began) / rounds / TENANTS / DAY.count) * 1e6;
  console.log(`${ns.toFixed(1).padStart(8)} ns per series and step  ${text}`);
}

/** CPU time of the process so far: collector and compiler included, other processes not. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function evaluate(rule: Rule): void {
  const began = cpuMs();
  const matrix = rule.prepared.over({ ...DAY, start: START });
  if (rule.record !== undefined) record(rule.record, matrix);
  matrix.release();
  rule.ms = cpuMs() - began;
}

/** As if the samples of a rule were there at all steps: cheap, and near enough for what reads them. */
function record(name: string, matrix: ReturnType<PreparedSteps['over']>): void {
  fleet.clear(name);
  for (const [row, labels] of matrix.labels.entries()) {
    const values = matrix.values[row]?.slice() ?? new Float64Array(0);
    fleet.add(name, { labels: { ...labels, [METRIC_NAME]: name }, timestamps, values });
  }
}

function rulesOf(folder: URL): Rule[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yml') && !name.endsWith('.test.yml'));
  return files.flatMap((file) => {
    const { groups }: { groups: { rules: { expr: string; record?: string }[] }[] } = parseDocument(
      readFileSync(new URL(file, folder), 'utf8'),
    ).toJS();
    return groups.flatMap((group) =>
      group.rules.map(({ expr, record: name }) => {
        const prepared = prepareSteps(parseExpression(expr), { reader: fleet, rows: pool });
        return { text: expr, record: name, prepared, ms: 0 };
      }),
    );
  });
}
