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

interface Tick {
  time: number;
  readonly samples: Sample[];
}

/** Writes samples that are no rows of a dataset: what rules record. */
export class SampleIngest {
  readonly #window: HeadWindow;
  readonly #metrics: SelfMetrics;

  constructor(window: HeadWindow, metrics: SelfMetrics) {
    this.#window = window;
    this.#metrics = metrics;
  }

  /**
   * What a rule gave. Outputs of one name share a block, those of alerts also by the alert's name; nothing is concluded
   * from what is absent, as rules say themselves what is gone.
   */
  record(samples: Iterable<Sample>, now: number): void {
    const ticks = new Map<string, Tick>();
    for (const sample of samples) {
      const source = `${sample.labels[METRIC_NAME] ?? ''}\u0001${sample.labels['alertname'] ?? ''}`;
      collect(ticks, `${source}\u0000${sample.time}`, sample);
    }
    for (const [key, tick] of ticks) {
      const [source = ''] = key.split('\u0000');
      this.#tick(this.#window.block('rule', source, ''), tick, 'rule', now, 'gap');
    }
  }

  #tick(block: Block, tick: Tick, dataset: string, now: number, fill: Fill): void {
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

function collect(ticks: Map<string, Tick>, key: string, sample: Sample): void {
  const tick = ticks.get(key);
  if (tick === undefined) {
    ticks.set(key, { time: sample.time, samples: [sample] });
    return;
  }
  tick.time = Math.max(tick.time, sample.time);
  tick.samples.push(sample);
}
