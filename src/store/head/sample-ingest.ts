import { metricsOf, seriesNamesOf, type Dataset } from '../../model/dataset.ts';
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { Block } from './block.ts';
import type { HeadWindow } from './head-window.ts';

/** One value of one series. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A sample with its own time, as a scraped page has it. */
export interface TimedSample extends Sample {
  /** ms since the epoch. */
  readonly time: number;
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

  /** One tick of a block that only this source writes; its series that are not among the samples are marked stale. */
  record(source: string, samples: Iterable<Sample>, time: number, now: number): void {
    this.#tick(this.#window.block('samples', source, ''), { time, samples: [...samples] }, source, now);
  }

  /**
   * A page has one sample of each series, and what one poll gave has one time. So a page is a tick for each tenant and
   * dataset, at its newest time; a page that repeats the last one adds nothing.
   */
  addPage(source: string, samples: Iterable<TimedSample>, now: number): void {
    const ticks = new Map<string, PageTick>();
    for (const sample of samples) {
      const name = sample.labels[METRIC_NAME] ?? '';
      const key = `${this.#datasets.get(name) ?? name}\u0000${sample.labels['tenant'] ?? ''}`;
      const tick = ticks.get(key);
      if (tick === undefined) ticks.set(key, { time: sample.time, samples: [sample] });
      else {
        tick.time = Math.max(tick.time, sample.time);
        tick.samples.push(sample);
      }
    }
    for (const [key, tick] of ticks) {
      const [dataset = '', tenant = ''] = key.split('\u0000');
      const block = this.#window.block('samples', `${source}\u0001${dataset}`, tenant);
      if (tick.time !== block.lastTime) this.#tick(block, tick, dataset, now);
    }
  }

  /** The blocks a source writes. */
  *blocksOf(source: string): Iterable<Block> {
    for (const block of this.#window.blocks()) {
      if (block.kind !== 'samples') continue;
      if (block.source === source || block.source.startsWith(`${source}\u0001`)) yield block;
    }
  }

  #tick(block: Block, tick: PageTick, dataset: string, now: number): void {
    const reason = this.#window.begin(block, tick.time, now);
    if (reason !== undefined) {
      this.#refuse(dataset, reason, tick.samples.length);
      return;
    }
    block.retired = false;
    for (const { labels, value } of tick.samples) {
      const series = this.#window.series(block, labels);
      if (series === undefined) this.#refuse(dataset, 'duplicate', 1);
      else block.put(series, value);
    }
    this.#window.finish(block, 'stale');
  }

  #refuse(dataset: string, reason: string, count: number): void {
    this.#metrics.increment('octowatch_head_samples_refused_total', { dataset, reason }, count);
  }
}
