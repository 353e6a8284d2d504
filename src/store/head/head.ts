import type { ColumnBatch } from '../../model/column-batch.ts';
import { isNamedByRows, type Dataset, type EventDataset } from '../../model/dataset.ts';
import type { Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Batch, Clock, Disk, Log } from '../../model/ports.ts';
import type { Selection } from '../../model/selection.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { SeriesWriter } from '../../model/series-writer.ts';
import type { Series, SeriesReader, TimeRange } from '../../model/series.ts';
import { BlockWriter } from './block-writer.ts';
import { FUTURE_MS, type Block } from './block.ts';
import { DerivedSeries, HEARTBEAT_MS } from './derived-series.ts';
import { EventCounter } from './event-counter.ts';
import { exposition } from './exposition.ts';
import { GaugeIngest } from './gauge-ingest.ts';
import { HeadLog } from './head-log.ts';
import { HeadWindow } from './head-window.ts';
import type { MetricWindows } from './metric-windows.ts';
import { NamedIngest } from './named-ingest.ts';
import { SampleIngest, type Sample } from './sample-ingest.ts';
import { endsStale, RECORD } from './series-columns.ts';
import type { Tally } from './tally.ts';

const FLUSH_MS = 1000;
const LATENESS_MS = 120_000;
/** How many calls of the minder see every block once. */
const SWEEPS = 30;
/** A window holds about so many ticks of a busy block, whatever its length. */
const TICKS = 512;

export type { MetricWindows };

export interface HeadOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  /** For the log; made if absent, used by this head alone. */
  readonly directory: string;
  /** How far back series are kept of which `windowByMetric` says nothing, lookback and offsets included, in ms. */
  readonly windowMs: number;
  /** By metric name, in ms. */
  readonly windowByMetric?: ReadonlyMap<string, number>;
  /** All datasets there are: what derived counters go on with after a restart, and the text of `exposition`. */
  readonly datasets: readonly Dataset[];
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** How old an event may be to be counted, in ms: twice the interval of the slowest poll of events. Default 2 min. */
  readonly latenessMs?: number;
  /** Each sample stays at least so long, whatever rules look at: until history took it over. Default 0 ms. */
  readonly keepAtLeastMs?: number;
  /** Awaited once, when the log was read and before what is older than the window goes. */
  readonly onRefill?: (refilled: RefilledHead) => Promise<void>;
}

/** What history may take over from a head. Its iterations may be gone on with after others used the head. */
export interface RefilledHead extends SeriesReader {
  metricNames(): Iterable<string>;
}

/** Who read the rows of a batch, and what it read to its end; as in `Batch`. */
export type ReadOptions = Partial<Pick<Batch, 'source' | 'complete'>>;

/** The in-memory window of series that rules read, refilled from its own log at a start. */
export class Head implements RefilledHead, AsyncDisposable {
  readonly #options: HeadOptions;
  readonly #window: HeadWindow;
  readonly #log: HeadLog;
  readonly #gauges: GaugeIngest;
  readonly #named: NamedIngest;
  readonly #samples: SampleIngest;
  readonly #counters = new Map<string, EventCounter>();
  readonly #derived = new Map<Tally, DerivedSeries>();
  readonly #stopping = new AbortController();
  readonly #writers = new Map<string, BlockWriter>();
  #minding: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** Use `createHead`. */
  constructor(options: HeadOptions) {
    this.#options = options;
    const byMetric = options.windowByMetric ?? new Map<string, number>();
    this.#window = new HeadWindow(this.#atLeast({ defaultMs: options.windowMs, byMetric }));
    this.#log = new HeadLog(options, this.#window);
    this.#gauges = new GaugeIngest(this.#window, options.metrics);
    this.#named = new NamedIngest(this.#window, options.metrics);
    this.#samples = new SampleIngest(this.#window, options.metrics);
  }

  /** Series in memory, those that have gone stale within the window included. */
  get seriesCount(): number {
    return this.#window.index.size;
  }

  /** Reads the log and starts to write it. */
  async open(): Promise<void> {
    const now = this.#options.clock.now();
    await this.#log.open(now);
    await this.#options.onRefill?.(this);
    this.#window.sweep(now, Number.POSITIVE_INFINITY);
    this.#restoreCounters();
    this.#minding = this.#mind();
  }

  /**
   * Takes the rows of one read. Gauges become samples at once, events are counted and become samples at `tick`.
   * Synchronous; the batch may be reused afterwards. One poll yields all rows that its source has of a dataset for a
   * tenant in one batch: a series without a row is marked stale. `complete` says that tenants without rows have none.
   */
  ingest(columns: ColumnBatch, now: number, { source = '', complete }: ReadOptions = {}): void {
    for (const table of columns.tables()) {
      const { dataset } = table;
      if (isNamedByRows(dataset)) this.#named.add(table, dataset, columns.symbols, now, source);
      else if (dataset.kind === 'gauge') this.#gauges.add(table, dataset, columns.symbols, now, source);
      else this.#count(dataset, columns, now);
    }
    for (const dataset of complete?.datasets ?? []) {
      if (dataset.kind !== 'gauge') continue;
      if (isNamedByRows(dataset)) {
        this.#named.endOthers(dataset, now, source);
        continue;
      }
      const table = columns.table(dataset);
      if (complete?.tenant === undefined)
        this.#gauges.endOthers(table, dataset, columns.symbols, now, source);
      else if (table.rows === 0) this.#gauges.endTenant(dataset, complete.tenant, now, source);
    }
  }

  /** Takes what a rule gave, stale markers included; readable at once. */
  record(samples: Iterable<Sample>): void {
    this.#samples.record(samples, this.#options.clock.now());
  }

  /** Writes the counters that moved as samples. Call every second and right before rules are evaluated. */
  tick(now: number): void {
    this.#tick(now, this.#spacing, false);
  }

  /** Makes all that was counted so far visible to a reader, at `now`: call it before rules are evaluated. */
  refresh(now: number): void {
    this.#tick(now, this.#spacing, true);
  }

  /** Ends all series of a tenant that is no longer watched with a stale marker, so that its alerts resolve. */
  removeTenant(tenant: string): void {
    for (const block of this.#window.blocks()) if (block.tenant === tenant) this.#retire(block);
    for (const [tally, derived] of this.#derived)
      if (tally.tenant === tenant) derived.retire(this.#options.clock.now());
  }

  /** The names of the metrics that have series. */
  metricNames(): Iterable<string> {
    return this.#window.index.names();
  }

  /** The tenants that have series and were not removed. */
  tenants(): Set<string> {
    const tenants = new Set<string>();
    for (const block of this.#window.blocks()) {
      if (!block.retired && block.tenant !== '') tenants.add(block.tenant);
    }
    return tenants;
  }

  select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    return this.#window.select(matchers, range);
  }

  labelSets(matchers: readonly Matcher[], range: TimeRange): Iterable<Labels> {
    return this.#window.labelSets(matchers, range);
  }

  follow(matchers: readonly Matcher[]): Selection {
    return this.#window.follow(matchers);
  }

  /** The writer of a rule's outputs. Its series are its own: what it does not write any more ends. */
  writer(name: string): SeriesWriter {
    let writer = this.#writers.get(name);
    if (writer === undefined) this.#writers.set(name, (writer = this.#createWriter(name)));
    return writer;
  }

  /** The latest samples in the Prometheus text format 0.0.4, with their times; a piece for each metric. */
  exposition(): Iterable<string> {
    return exposition(this.#window, this.#options.datasets);
  }

  /** Changes how far back the window goes: after a reload of the rules. A longer one fills as time goes by. */
  setWindows(windows: MetricWindows): void {
    this.#window.setWindows(this.#atLeast(windows));
  }

  /** Resolves when what was ingested is handed to the file system. Never rejects: failures are counted and logged. */
  flush(): Promise<void> {
    return this.#log.flush(this.#options.clock.now());
  }

  /** Writes what is pending and stops. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#stopping.abort();
    await this.#minding;
    // What was counted since the last tick would be forgotten.
    this.#tick(this.#options.clock.now(), 0, false);
    await this.#log.close(this.#options.clock.now());
  }

  /** How far ticks of a busy block are apart, in ms. */
  get #spacing(): number {
    return Math.min(HEARTBEAT_MS, Math.max(1000, this.#window.windowMs / TICKS));
  }

  #tick(now: number, spacing: number, fresh: boolean): void {
    for (const counter of this.#counters.values()) {
      for (const tally of counter.tallies.values()) {
        if (this.#derivedSeries(counter, tally).tick(now, spacing, fresh)) continue;
        counter.tallies.delete(tally.tenant);
        this.#derived.delete(tally);
      }
    }
  }

  #createWriter(name: string): BlockWriter {
    const { clock, metrics } = this.#options;
    return new BlockWriter(
      this.#window,
      name,
      () => clock.now(),
      (reason, count) =>
        metrics.increment('octowatch_head_samples_refused_total', { dataset: 'rule', reason }, count),
    );
  }

  #atLeast({ defaultMs, byMetric }: MetricWindows): MetricWindows {
    const { keepAtLeastMs = 0 } = this.#options;
    const raised = Array.from(byMetric, ([name, ms]) => [name, Math.max(ms, keepAtLeastMs)] as const);
    return { defaultMs: Math.max(defaultMs, keepAtLeastMs), byMetric: new Map(raised) };
  }

  #retire(block: Block): void {
    const now = this.#options.clock.now();
    block.evict(now - block.windowMs);
    if (block.retired || block.first === block.end) return;
    const time = Math.max(now, block.lastTime + 1);
    if (this.#window.begin(block, time, now) === undefined) this.#window.finish(block, 'stale');
    block.retired = true;
  }

  #count(dataset: EventDataset, columns: ColumnBatch, now: number): void {
    const { latenessMs = LATENESS_MS, metrics } = this.#options;
    const table = columns.table(dataset);
    const counts = this.#counter(dataset).add(table, columns.symbols, now - latenessMs, now + FUTURE_MS);
    const labels = { dataset: dataset.name };
    if (counts.late > 0) metrics.increment('octowatch_events_late_total', labels, counts.late);
    if (counts.folded > 0) metrics.increment('octowatch_series_folded_total', labels, counts.folded);
  }

  #counter(dataset: EventDataset): EventCounter {
    let counter = this.#counters.get(dataset.name);
    if (counter === undefined) this.#counters.set(dataset.name, (counter = new EventCounter(dataset)));
    return counter;
  }

  #derivedSeries(counter: EventCounter, tally: Tally): DerivedSeries {
    let derived = this.#derived.get(tally);
    if (derived === undefined)
      this.#derived.set(tally, (derived = new DerivedSeries(this.#window, counter, tally)));
    return derived;
  }

  #restoreCounters(): void {
    const datasets = new Map(this.#options.datasets.map((dataset) => [dataset.name, dataset]));
    for (const block of this.#window.blocks()) {
      const { records } = this.#window.store.columns;
      const all = Array.from(block.series);
      block.retired = all.length > 0 && all.every((id) => endsStale(records, id * RECORD));
      const dataset = datasets.get(block.source);
      if (block.kind !== 'derived' || dataset?.kind !== 'event') continue;
      const counter = this.#counter(dataset);
      this.#derivedSeries(counter, counter.tally(block.tenant)).restore(block);
    }
  }

  async #mind(): Promise<void> {
    const { clock, metrics } = this.#options;
    while (!this.#stopping.signal.aborted) {
      await clock.sleep(FLUSH_MS, this.#stopping.signal).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      this.#window.sweep(clock.now(), Math.ceil(this.#window.blockCount / SWEEPS));
      metrics.set('octowatch_head_series', this.seriesCount);
      await this.flush();
    }
  }
}

/**
 * Opens the head of a directory. Succeeds on any content of it: what is damaged is put aside and counted.
 * @throws Failure `invalid` when a newer version of the format is found
 */
export async function createHead(options: HeadOptions): Promise<Head> {
  const head = new Head(options);
  await head.open();
  return head;
}
