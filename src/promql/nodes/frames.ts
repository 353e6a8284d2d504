import type { Frame } from '../../model/frame.ts';
import type { Labels } from '../../model/labels.ts';

/** A frame in the middle of an expression. */
export interface PlanFrame extends Frame {
  /** Whether the metric's name (still among the labels) goes at the end: delayed name removal. */
  dropsName(position: number): boolean;
}

/** What a frame has gained since it was looked at last: what is kept of it is extended, or made anew. */
export class FrameCursor {
  #epoch = Number.NaN;
  #seen = 0;

  /**
   * The first position that is new.
   * @param forget called first when the epoch has changed and all positions are new
   */
  advance(frame: Frame, forget: () => void): number {
    if (frame.epoch !== this.#epoch) {
      this.#epoch = frame.epoch;
      this.#seen = 0;
      forget();
    }
    const from = this.#seen;
    this.#seen = frame.length;
    return from;
  }
}

/** The positions of another frame under other labels, which are made when somebody asks for them. */
export class MappedFrame implements PlanFrame {
  readonly #source: PlanFrame;
  readonly #map: (labels: Labels) => Labels;
  #dropsName: boolean | undefined;
  #labels: (Labels | undefined)[] = [];
  #epoch = Number.NaN;

  /** @param dropsName for all positions; as in the source where left out */
  constructor(source: PlanFrame, map: (labels: Labels) => Labels, dropsName?: boolean) {
    this.#source = source;
    this.#map = map;
    this.#dropsName = dropsName;
  }

  get epoch(): number {
    return this.#source.epoch;
  }

  get length(): number {
    return this.#source.length;
  }

  labels(position: number): Labels {
    if (this.#epoch !== this.#source.epoch) {
      this.#epoch = this.#source.epoch;
      this.#labels = [];
    }
    return (this.#labels[position] ??= this.#map(this.#source.labels(position)));
  }

  dropsName(position: number): boolean {
    return this.#dropsName ?? this.#source.dropsName(position);
  }
}

/** Label sets written down one after the other: groups, results of a join. */
export class ListFrame implements PlanFrame {
  epoch = 0;
  #labels: Labels[] = [];
  #drops: boolean[] = [];

  get length(): number {
    return this.#labels.length;
  }

  labels(position: number): Labels {
    return this.#labels[position] ?? NO_LABELS;
  }

  dropsName(position: number): boolean {
    return this.#drops[position] ?? false;
  }

  /** Adds a label set; returns its position. */
  push(labels: Labels, dropsName = false): number {
    this.#drops.push(dropsName);
    return this.#labels.push(labels) - 1;
  }

  /** Forgets all of them. */
  clear(): void {
    this.epoch++;
    this.#labels = [];
    this.#drops = [];
  }
}

const NO_LABELS: Labels = {};
