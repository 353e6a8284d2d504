import type { Sparse } from '../model/frame.ts';
import { labelsKey, type Labels } from '../model/labels.ts';
import type { SeriesWriter, SeriesWriters } from '../model/series-writer.ts';

/** One sample that a rule yields. */
export interface RecordedSample {
  /** `__name__` included. */
  readonly labels: Labels;
  /** ms since the epoch. */
  readonly time: number;
  /** Without meaning when `stale`. */
  readonly value: number;
  /** The series was there at the evaluation before and is gone: write a stale marker. */
  readonly stale: boolean;
}

/** Takes what rules record; it must be readable at once, because later rules of the round read it. */
export type Recorder = (samples: readonly RecordedSample[]) => void;

/** Writers for what takes sample by sample, as series in memory do. */
export function createSampleWriters(record: Recorder): SeriesWriters {
  const writers = new Map<string, SeriesWriter>();
  return (name) => {
    let writer = writers.get(name);
    if (writer === undefined) writers.set(name, (writer = new SampleWriter(record)));
    return writer;
  };
}

class SampleWriter implements SeriesWriter {
  readonly #record: Recorder;
  #last: ReadonlyMap<string, Labels> = new Map();

  constructor(record: Recorder) {
    this.#record = record;
  }

  write(time: number, { frame, values, present }: Sparse): void {
    const next = new Map<string, Labels>();
    const samples: RecordedSample[] = [];
    const { length } = frame;
    for (let position = 0; position < length; position++) {
      if (present[position] !== 1) continue;
      const labels = frame.labels(position);
      next.set(labelsKey(labels), labels);
      samples.push({ labels, time, value: values[position] ?? Number.NaN, stale: false });
    }
    this.#write(next, samples, time);
  }

  end(time: number): void {
    this.#write(new Map(), [], time);
  }

  #write(next: ReadonlyMap<string, Labels>, samples: RecordedSample[], time: number): void {
    for (const [key, labels] of this.#last)
      if (!next.has(key)) samples.push({ labels, time, value: Number.NaN, stale: true });
    this.#last = next;
    if (samples.length > 0) this.#record(samples);
  }
}
