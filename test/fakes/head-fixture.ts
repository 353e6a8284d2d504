import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { defineDataset } from '../../src/model/dataset.ts';
import { formatLabels } from '../../src/model/labels.ts';
import type { Matcher } from '../../src/model/matcher.ts';
import type { Disk, Log } from '../../src/model/ports.ts';
import type { SelfMetrics } from '../../src/model/self-metrics.ts';
import { isStale, type SeriesReader } from '../../src/model/series.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createHead, type Head, type HeadOptions } from '../../src/store/head/head.ts';
import { systemDisk } from '../../src/system/system-disk.ts';

export const START = Date.UTC(2026, 10, 21);
export const SECOND = 1000;

export const queueDataset = defineDataset({
  name: 'queue',
  kind: 'gauge',
  help: 'Queues.',
  dimensions: { name: { help: 'Name.' }, path: { help: 'Path.', label: false } },
  metrics: {
    octopus_queue_length: { type: 'gauge', unit: 'none', help: 'Tasks that wait.' },
    octopus_queue_age_seconds: { type: 'gauge', unit: 'seconds', help: 'Age of the oldest.' },
  },
});

export const requestDataset = defineDataset({
  name: 'request',
  kind: 'event',
  help: 'Requests.',
  seriesLimit: 12,
  dimensions: { route: { help: 'Route.' }, status: { help: 'Class.' } },
  fields: { duration_seconds: { type: 'double', unit: 'seconds', help: 'Time.' } },
  derives: {
    octopus_requests_total: {
      type: 'counter',
      unit: 'none',
      help: 'Requests.',
      by: ['tenant', 'route'],
    },
    octopus_request_errors_total: {
      type: 'counter',
      unit: 'none',
      help: 'Requests that failed.',
      by: ['tenant'],
      where: { status: ['5xx'] },
    },
    octopus_request_duration_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Time requests took.',
      by: ['tenant'],
      of: 'duration_seconds',
      buckets: [0.1, 1],
    },
  },
});

/** What is scraped: rows that name their series. */
export const scrapedDataset = defineDataset({
  name: 'scraped',
  kind: 'gauge',
  help: 'Samples.',
  dimensions: {
    job: { help: 'Job.' },
    metric: { help: 'Name.', label: false },
    labels: { help: 'Labels.', label: false },
  },
  metrics: { scraped_value: { type: 'gauge', unit: 'none', help: 'Value.' } },
  samples: { name: 'metric', labels: 'labels' },
  seriesLimit: 4,
});

export const DATASETS = [queueDataset, requestDataset];

/** Counts by `name{label values}`. */
export class CountingMetrics implements SelfMetrics {
  readonly counts: Record<string, number> = {};

  increment(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const key = [name, ...Object.values(labels)].join(' ');
    this.counts[key] = (this.counts[key] ?? 0) + by;
  }

  set(): void {}
  observe(): void {}
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** A directory that goes away with the test. */
export async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'octowatch-head-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export interface HeadFixture {
  readonly clock: VirtualClock;
  readonly metrics: CountingMetrics;
  readonly directory: string;
  readonly head: Head;
  /** Closes the head and opens another on the same directory. */
  reopen(options?: Partial<HeadOptions>): Promise<Head>;
}

/** A head on a directory of its own, at `START`. */
export async function openHead(t: TestContext, options: Partial<HeadOptions> = {}): Promise<HeadFixture> {
  const directory = await temporaryDirectory(t);
  const clock = new VirtualClock(START);
  const metrics = new CountingMetrics();
  const disk: Disk = systemDisk;
  const all = { clock, disk, directory, windowMs: 600_000, datasets: DATASETS, log: silent, metrics };
  let head = await createHead({ ...all, ...options });
  t.after(() => head.close());
  return {
    clock,
    metrics,
    directory,
    head,
    async reopen(changed = {}) {
      await head.close();
      head = await createHead({ ...all, ...options, ...changed });
      return head;
    },
  };
}

/** `name` to value of `octopus_queue_length`, as one poll of a tenant. */
export function queues(
  tenant: string,
  time: number,
  lengths: Readonly<Record<string, number>>,
  batch = new ColumnBatch(),
): ColumnBatch {
  batch.table(queueDataset);
  for (const [name, value] of Object.entries(lengths)) {
    const values = { octopus_queue_length: value };
    batch.add({ dataset: queueDataset, time, dimensions: { name, path: '/x' }, values }, tenant);
  }
  return batch;
}

/** A sample of a page. */
export interface ScrapedRow {
  readonly metric: string;
  readonly value: number;
  readonly labels?: string;
  readonly tenant?: string;
  readonly job?: string;
  /** ms since the epoch; the page's by default. */
  readonly time?: number;
}

/** A page that was scraped at `time`. */
export function scrapedPage(time: number, rows: readonly ScrapedRow[]): ColumnBatch {
  const batch = new ColumnBatch();
  for (const { metric, value, labels = '', tenant = '', job = 'j', time: own = time } of rows) {
    const point = { dataset: scrapedDataset, time: own, tenant };
    batch.add({ ...point, dimensions: { job, metric, labels }, values: { scraped_value: value } }, '');
  }
  return batch;
}

/** Requests of a tenant, each `[time, route, status, seconds]`. */
export function requests(
  tenant: string,
  ...rows: readonly (readonly [number, string, string, number])[]
): ColumnBatch {
  const batch = new ColumnBatch();
  for (const [time, route, status, seconds] of rows) {
    const values = { duration_seconds: seconds };
    batch.add({ dataset: requestDataset, time, dimensions: { route, status }, values }, tenant);
  }
  return batch;
}

export const ALWAYS = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** What a reader selects, as text: seconds since `START` and values, by series. */
export function read(
  reader: SeriesReader,
  matchers: readonly Matcher[] = [],
  range = ALWAYS,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { labels, timestamps, values } of reader.select(matchers, range)) {
    const samples = Array.from(
      timestamps,
      (time, i) => `${(time - START) / SECOND}:${isStale(values, i) ? 'stale' : String(values[i])}`,
    );
    found[formatLabels(labels)] = samples.join(' ');
  }
  return found;
}
