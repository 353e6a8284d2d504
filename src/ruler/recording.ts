import { Failure } from '../model/failure.ts';
import type { Frame, Sparse } from '../model/frame.ts';
import type { SeriesWriter } from '../model/series-writer.ts';
import { RecordedFrame } from './recorded-frame.ts';
import type { RecordingRule } from './rule.ts';

/** Writes what a recording rule yields, all of it or nothing. */
export class Recording {
  readonly #rule: RecordingRule;
  readonly #writer: SeriesWriter;
  #source: Frame | undefined;
  #frame: RecordedFrame | undefined;

  constructor(rule: RecordingRule, writer: SeriesWriter) {
    this.#rule = rule;
    this.#writer = writer;
  }

  /** @throws Failure when two series become one, `budget` when there are more than `limit` */
  write({ frame, values, present }: Sparse, time: number, limit: number): void {
    const count = limit > 0 ? countPresent(frame, present) : 0;
    if (count > limit)
      throw new Failure('budget', `the rule yields ${count} series, its group's limit is ${limit}`);
    const recorded = this.#frameOver(frame);
    recorded.check(present);
    this.#writer.write(time, { frame: recorded, values, present });
  }

  #frameOver(source: Frame): RecordedFrame {
    if (this.#frame === undefined || this.#source !== source) {
      const { name, labels } = this.#rule;
      this.#frame = new RecordedFrame(source, name, labels);
      this.#source = source;
    }
    return this.#frame;
  }
}

function countPresent({ length }: Frame, present: Uint8Array): number {
  let count = 0;
  for (let position = 0; position < length; position++) count += present[position] === 1 ? 1 : 0;
  return count;
}
