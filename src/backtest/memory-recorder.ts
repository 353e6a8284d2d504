import { labelsKey, type Labels } from '../model/labels.ts';
import type { Recorder } from '../ruler/recorder.ts';
import type { MemorySeries } from './memory-series.ts';

/** Writes what rules record to series in memory, and stale markers for what they no longer yield. */
export function createMemoryRecorder(series: MemorySeries): Recorder {
  const last = new Map<string, Map<string, Labels>>();
  return {
    record(source, samples, time) {
      const next = new Map(samples.map(({ labels }) => [labelsKey(labels), labels]));
      const gone = [...(last.get(source) ?? [])].filter(([key]) => !next.has(key));
      series.append(samples.map(({ labels, value }) => ({ labels, value, time })));
      series.append(gone.map(([, labels]) => ({ labels, value: 0, time, stale: true })));
      last.set(source, next);
    },
    removeSource(source) {
      last.delete(source);
    },
  };
}
