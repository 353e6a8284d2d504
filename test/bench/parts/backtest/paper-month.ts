import { METRIC_NAME, type Labels } from '../../../../src/model/labels.ts';
import { matchesAll, type Matcher } from '../../../../src/model/matcher.ts';
import type { Series, TimeRange } from '../../../../src/model/series.ts';
import type { CutSource } from '../../../../src/store/chunks/cut-chunk.ts';

const MINUTE = 60_000;
const HOUR = 60;
const DAY = 1440;

/** The value of a series of a tenant at a minute since the epoch. */
type Shape = (tenant: number, minute: number) => number;
type Kind = readonly [name: string, labels: Labels, shape: Shape];

const NODE = { node: 'octo-1' };
const DEPLOY = { name: 'Deploy' };

/** The series of each tenant, under the names and labels that the collectors give them. */
const KINDS: readonly Kind[] = [
  ['octopus_ping_up', {}, (tenant, minute) => (isDown(tenant, minute) ? 0 : 1)],
  ['octopus_instance_asleep', {}, () => 0],
  [
    'octopus_canary_duration_seconds',
    {},
    (tenant, minute) => (isSlow(tenant, minute) ? 2.5 : 0.02 + 0.03 * noise(tenant, minute)),
  ],
  ['octopus_node_offline', NODE, (tenant, minute) => (isDown(tenant, minute) ? 1 : 0)],
  ['octopus_node_draining', NODE, () => 0],
  ['octopus_node_task_cap', NODE, () => 5],
  [
    'octopus_node_running_tasks',
    NODE,
    (tenant, minute) => Math.floor(4 * noise(tenant, Math.floor(minute / 5))),
  ],
  [
    'octopus_node_last_seen_timestamp_seconds',
    NODE,
    (tenant, minute) => (isDown(tenant, minute) ? minute - (minute % DAY) : minute) * 60,
  ],
  [
    'octopus_tasks_waiting',
    {},
    (tenant, minute) => (isStuck(tenant, minute) ? 30 : Math.floor(3 * noise(tenant, minute))),
  ],
  [
    'octopus_tasks_running',
    {},
    (tenant, minute) => (isStuck(tenant, minute) ? 0 : 1 + Math.floor(3 * noise(minute, tenant))),
  ],
  [
    'octopus_task_queue_age_seconds',
    DEPLOY,
    (tenant, minute) => (isStuck(tenant, minute) ? (minute % HOUR) * 60 : 20 * noise(tenant, minute)),
  ],
  ['octopus_tasks_executing', DEPLOY, (tenant, minute) => Math.floor(2 * noise(tenant, minute))],
  ['octopus_tasks_started_total', DEPLOY, (_tenant, minute) => Math.floor((minute % (30 * DAY)) / 3)],
  [
    'octopus_tasks_finished_total',
    { ...DEPLOY, state: 'Success' },
    (_tenant, minute) => Math.floor((minute % (30 * DAY)) / 3),
  ],
  [
    'octopus_tasks_finished_total',
    { ...DEPLOY, state: 'Failed' },
    (_tenant, minute) => Math.floor((minute % (30 * DAY)) / 200),
  ],
  ['octopus_scheduled_triggers', {}, () => 3],
  [
    'octopus_scheduled_triggers_last_run_timestamp_seconds',
    {},
    (tenant, minute) => (minute - (isStuck(tenant, minute) ? minute % HOUR : 0)) * 60,
  ],
  [
    'octopus_web_request_apdex_duration_seconds_bucket',
    { le: '0.05' },
    (tenant, minute) => requests(tenant, minute) * 0.9,
  ],
  [
    'octopus_web_request_apdex_duration_seconds_bucket',
    { le: '0.2' },
    (tenant, minute) => requests(tenant, minute) * 0.97,
  ],
  ['octopus_web_request_apdex_duration_seconds_bucket', { le: '+Inf' }, requests],
  ['octopus_web_request_apdex_duration_seconds_count', {}, requests],
  [
    'octopus_license_remaining_seconds',
    {},
    (tenant, minute) => (400 * DAY - (minute % (300 * DAY)) + tenant) * 60,
  ],
  ['octopus_clock_offset_seconds', {}, (tenant, minute) => 0.2 * noise(tenant, minute)],
];

function requests(tenant: number, minute: number): number {
  return (minute % (30 * DAY)) * (20 + (tenant % 7)) + Math.floor(10 * noise(tenant, minute));
}

/** One day in twenty, for 12 min; all tenants of a database server once a month, for 20. */
function isDown(tenant: number, minute: number): boolean {
  const [day, at] = [Math.floor(minute / DAY), minute % DAY];
  if (day % 30 === 7 && tenant % 30 === 3 && at >= 180 && at < 200) return true;
  return noise(tenant, day) < 0.05 && at - startOf(tenant, day) >= 0 && at - startOf(tenant, day) < 12;
}

function isStuck(tenant: number, minute: number): boolean {
  const day = Math.floor(minute / DAY);
  return noise(tenant + 7, day) < 0.03 && Math.floor((minute % DAY) / HOUR) === startOf(tenant, day) % 24;
}

function isSlow(tenant: number, minute: number): boolean {
  return noise(tenant + 11, Math.floor(minute / (4 * HOUR))) < 0.005;
}

function startOf(tenant: number, day: number): number {
  return Math.floor(noise(day, tenant) * (DAY - 60));
}

/** From 0 to 1, always the same for the same numbers. */
function noise(index: number, tick: number): number {
  let hash = Math.imul(index + 1, 0x9e37_79b1) ^ Math.imul(tick + 1, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/**
 * A fleet with incidents on paper, polled once a minute, each tenant at its own moment: samples are made when a file is
 * cut. Databases and regions are known of each tenant.
 */
export class PaperMonth implements CutSource {
  readonly #tenants: number;
  readonly #begin: number;

  /** @param begin ms since the epoch: nothing was polled before */
  constructor(tenants: number, begin: number) {
    this.#tenants = tenants;
    this.#begin = begin;
  }

  metricNames(): Iterable<string> {
    return new Set([...KINDS.map(([name]) => name), 'octopus_instance_info']);
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    const names = matchers.filter(({ name }) => name === METRIC_NAME);
    const kinds: readonly Kind[] = [...KINDS, ['octopus_instance_info', {}, () => 1]];
    const wanted = kinds.filter(([name]) => matchesAll(names, { [METRIC_NAME]: name }));
    for (const [name, own, shape] of wanted) {
      for (let tenant = 0; tenant < this.#tenants; tenant++) {
        const labels = { [METRIC_NAME]: name, ...this.#labelsOf(name, tenant), ...own };
        if (matchesAll(matchers, labels))
          yield seriesOf(labels, shape, tenant, { ...range, start: Math.max(range.start, this.#begin) });
      }
    }
  }

  #labelsOf(name: string, tenant: number): Labels {
    const id = { tenant: `tenant-${tenant}` };
    if (name !== 'octopus_instance_info') return id;
    return {
      ...id,
      region: `region-${tenant % 4}`,
      database_server: `sql-${tenant % 30}`,
      version: '2026.1.1',
    };
  }
}

function seriesOf(labels: Labels, shape: Shape, tenant: number, { start, end }: TimeRange): Series {
  const offset = (tenant * 7919) % MINUTE;
  const first = Math.ceil((start - offset) / MINUTE);
  const length = Math.max(0, Math.floor((end - offset) / MINUTE) - first + 1);
  const timestamps = new Float64Array(length);
  const values = new Float64Array(length);
  for (let at = 0; at < length; at++) {
    timestamps[at] = (first + at) * MINUTE + offset;
    values[at] = shape(tenant, first + at);
  }
  return { labels, timestamps, values };
}
