import { METRIC_NAME } from '../model/labels.ts';
import type { Clock } from '../model/ports.ts';
import type { SelfMetricFamily } from '../model/self-metrics.ts';
import type { Sample } from '../store/head/sample-ingest.ts';
import { slept } from './chores.ts';

export interface OwnMetricsRecorder {
  readonly clock: Clock;
  readonly families: () => Promise<readonly SelfMetricFamily[]>;
  readonly record: (samples: Iterable<Sample>) => void;
  /** As often as rules are evaluated, ms. */
  readonly intervalMs: number;
}

/**
 * Puts the agent's own metrics into the head until the signal, so that rules can judge the agent too. A counter that
 * is new began at zero: that is recorded as well, or the first thing it counts would be no increase.
 */
export async function recordOwnMetrics(options: OwnMetricsRecorder, until: AbortSignal): Promise<void> {
  const { clock, families, record, intervalMs } = options;
  const known = new Set<string>();
  let last = clock.now();
  while (await slept(clock, intervalMs, until)) {
    const now = clock.now();
    const read = await families();
    record([...beginnings(read, known, last + 1)]);
    record(read.flatMap(({ samples }) => samples.map((sample) => at(sample, now))));
    last = now;
  }
}

/** A zero for each counter, and each part of a histogram, that is not yet known. */
function* beginnings(
  families: readonly SelfMetricFamily[],
  known: Set<string>,
  time: number,
): Iterable<Sample> {
  for (const { metric, samples } of families) {
    if (metric.type === 'gauge') continue;
    for (const sample of samples) {
      const key = JSON.stringify([sample.name, sample.labels]);
      if (!known.has(key)) yield at({ ...sample, value: 0 }, time);
      known.add(key);
    }
  }
}

function at({ name, labels, value }: SelfMetricFamily['samples'][number], time: number): Sample {
  return { labels: { ...labels, [METRIC_NAME]: name }, time, value };
}
