import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import { nameIdentity, withoutName } from '../../label-sets.ts';
import { FrameCursor, MappedFrame, type PlanFrame } from '../frames.ts';
import { UniqueLabels } from './unique-labels.ts';

/** The frame of what was computed from a metric and is no longer the metric. */
export interface Nameless {
  readonly frame: PlanFrame;
  /** @throws Failure `invalid` when two present positions have the same labels now that their names are gone */
  verify(present: Uint8Array): void;
}

/**
 * The frame of what is computed from the series of `source`.
 * @param delayed the names go at the end of the evaluation, not here
 */
export function nameless(source: PlanFrame, delayed: boolean): Nameless {
  if (delayed) return { frame: new MappedFrame(source, (labels) => labels, true), verify: () => undefined };
  const frame = new NamelessFrame(source);
  const labels = new UniqueLabels(frame);
  const names = new OneMetric(source);
  return {
    frame,
    verify(present) {
      // Series of one metric differ in other labels: nothing has to be compared, nor any label set made.
      if (!names.holds()) labels.verify(present);
    },
  };
}

/**
 * A frame with the same values of the named labels at the same positions: where the metric's name was dropped and is not
 * asked for, the one before that, of which no label set has to be made.
 */
export function frameToRead(frame: PlanFrame, names: readonly string[]): PlanFrame {
  return frame instanceof NamelessFrame && !nameIdentity(names) ? frameToRead(frame.named, names) : frame;
}

class NamelessFrame extends MappedFrame {
  /** Before the names were dropped. */
  readonly named: PlanFrame;

  constructor(named: PlanFrame) {
    super(named, withoutName);
    this.named = named;
  }
}

/** Whether all series of a frame have the same name and no declared type and unit, looked at once for each. */
class OneMetric {
  readonly #source: PlanFrame;
  readonly #cursor = new FrameCursor();
  #name: string | undefined;
  #isOne = true;

  constructor(source: PlanFrame) {
    this.#source = source;
  }

  holds(): boolean {
    const { length } = this.#source;
    const from = this.#cursor.advance(this.#source, () => {
      this.#isOne = true;
      this.#name = undefined;
    });
    for (let position = from; position < length && this.#isOne; position++) {
      this.#isOne = this.#takesUp(this.#source.labels(position), position);
    }
    return this.#isOne;
  }

  #takesUp(labels: Labels, position: number): boolean {
    if (position === 0) this.#name = labels[METRIC_NAME];
    return (
      labels[METRIC_NAME] === this.#name &&
      labels['__type__'] === undefined &&
      labels['__unit__'] === undefined
    );
  }
}
