import { metricsOf, seriesNamesOf, type Dataset } from '../../model/dataset.ts';
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { Block, Fill } from './block.ts';
import type { HeadWindow } from './head-window.ts';

/** One value of one series. */
export interface Sample {
  readonly labels: Labels;
  /** ms since the epoch. */
  readonly time: number;
  readonly value: number;
  /** The series is gone; the value means nothing. */
  readonly stale?: boolean;
}

interface PageTick {
  time: number;
  readonly samples: Sample[];
}

/** Writes samples that are no rows of a dataset: what rules record, and pages scraped from edges. */
export class SampleIngest {
  readonly #window: HeadWindow;
  readonly #metrics: SelfMetrics;
  readonly #datasets = new Map<string, string>();

  constructor(window: HeadWindow, datasets: readonly Dataset[], metrics: SelfMetrics) {
    this.#window = window;
    this.#metrics = metrics;
    for (const dataset of datasets) {
      for (const name of metricsOf(dataset).flatMap(seriesNamesOf)) this.#datasets.set(name, dataset.name);
    }
  }

  /**
   * What a rule gave. Outputs of one name share a block, those of alerts also by the alert's name; nothing is concluded
   * from what is absent, as rules say themselves what is gone.
   */
  record(samples: Iterable<Sample>, now: number): void {
    const ticks = new Map<string, PageTick>();
    for (const sample of samples) {
      const source = `${sample.labels[METRIC_NAME] ?? ''}\u0001${sample.labels['alertname'] ?? ''}`;
      collect(ticks, `${source}\u0000${sample.time}`, sample);
    }
    for (const [key, tick] of ticks) {
      const [source = ''] = key.split('\u0000');
      this.#tick(this.#window.block('rule', source, ''), tick, 'rule', now, 'gap');
    }
  }

  /**
   * A page has one sample of each series, and what one poll gave has one time. So a page is a tick for each tenant and
   * dataset, at its newest time; a page that repeats the last one adds nothing.
   */
  addPage(source: string, samples: Iterable<Sample>, now: number): void {
    const ticks = new Map<string, PageTick>();
    for (const sample of samples) {
      const name = sample.labels[METRIC_NAME] ?? '';
      const key = `${this.#datasets.get(name) ?? name}\u0000${sample.labels['tenant'] ?? ''}`;
      collect(ticks, key, sample);
    }
    for (const [key, tick] of ticks) {
      const [dataset = '', tenant = ''] = key.split('\u0000');
      const block = this.#window.block('page', `${source}\u0001${dataset}`, tenant);
      if (tick.time !== block.lastTime) this.#tick(block, tick, dataset, now, 'stale');
    }
  }

  /** The blocks of pages of a source. */
  *blocksOf(source: string): Iterable<Block> {
    for (const block of this.#window.blocks()) {
      if (block.kind === 'page' && block.source.startsWith(`${source}\u0001`)) yield block;
    }
  }

  #tick(block: Block, tick: PageTick, dataset: string, now: number, fill: Fill): void {
    const reason = this.#window.begin(block, tick.time, now);
    if (reason !== undefined) {
      this.#refuse(dataset, reason, tick.samples.length);
      return;
    }
    block.retired = false;
    for (const sample of tick.samples) this.#put(block, sample, dataset);
    this.#window.finish(block, fill);
  }

  #put(block: Block, { labels, value, stale = false }: Sample, dataset: string): void {
    const series = this.#window.series(block, labels);
    if (series < 0) this.#refuse(dataset, 'duplicate', 1);
    else if (stale) block.putStale(series);
    else block.put(series, value);
  }

  #refuse(dataset: string, reason: string, count: number): void {
    this.#metrics.increment('octowatch_head_samples_refused_total', { dataset, reason }, count);
  }
}

function collect(ticks: Map<string, PageTick>, key: string, sample: Sample): void {
  const tick = ticks.get(key);
  if (tick === undefined) {
    ticks.set(key, { time: sample.time, samples: [sample] });
    return;
  }
  tick.time = Math.max(tick.time, sample.time);
  tick.samples.push(sample);
}
