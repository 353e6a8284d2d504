import { Failure } from '../../../model/failure.ts';
import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import { MappedFrame, type PlanFrame } from '../frames.ts';
import { UniqueLabels } from '../labels/unique-labels.ts';
import type { VectorNode } from '../node.ts';
import { View } from '../view.ts';

/**
 * A vector under other labels, which are made once for each series.
 * @param target the label that `map` sets
 * @param map returns the same object where it changes nothing
 */
export function relabelNode(child: VectorNode, target: string, map: (labels: Labels) => Labels): VectorNode {
  const mapped = new MappedFrame(child.frame, map);
  const frame = target === METRIC_NAME ? new RenamedFrame(child.frame, mapped) : mapped;
  const labels = new UniqueLabels(frame);
  const view = new View(frame);
  return {
    type: 'vector',
    frame,
    at(time) {
      view.show(child.at(time));
      labels.verify(view.present);
      return view;
    },
  };
}

/**
 * Refuses a label name that cannot be one, in the words of Prometheus.
 * @throws Failure `invalid` when `label` cannot be a label's name
 */
export function requireLabelName(functionName: string, role: 'destination' | 'source', label: string): void {
  // The replacement character stands where the text was not UTF-8.
  const isValid = label !== '' && !label.includes('\ufffd');
  if (!isValid) throw new Failure('invalid', `invalid ${role} label name in ${functionName}(): ${label}`);
}

/** A name that was given anew stays, also where the old one was to go at the end. */
class RenamedFrame implements PlanFrame {
  readonly #source: PlanFrame;
  readonly #renamed: MappedFrame;

  constructor(source: PlanFrame, renamed: MappedFrame) {
    this.#source = source;
    this.#renamed = renamed;
  }

  get epoch(): number {
    return this.#source.epoch;
  }

  get length(): number {
    return this.#source.length;
  }

  labels(position: number): Labels {
    return this.#renamed.labels(position);
  }

  dropsName(position: number): boolean {
    return this.#source.dropsName(position) && this.labels(position) === this.#source.labels(position);
  }
}
