import { Failure } from '../model/failure.ts';
import type { Frame, Sparse } from '../model/frame.ts';
import { METRIC_NAME, withoutLabels, type Labels } from '../model/labels.ts';
import { FrameCursor } from '../promql/nodes/frames.ts';
import type { AlertTemplateData } from './alert-template.ts';
import { withoutEmpty } from './rule-labels.ts';
import type { RuleTemplates } from './rule-templates.ts';

/** An element of a rule's result, which is or will be an alert. */
export interface Candidate {
  /** The alert's identity. */
  readonly key: string;
  /** The alert's labels. */
  readonly labels: Labels;
  /** The element's own labels, its metric's name among them, for templates. */
  readonly source: Labels;
  value: number;
}

/** What templates are rendered with, but for the element. */
export type TemplateContext = Omit<AlertTemplateData, 'labels' | 'value'>;

/** Knows the candidate of each position of a rule's result that was ever present. */
export class AlertCandidates {
  readonly #name: string;
  readonly #templates: RuleTemplates;
  readonly #identity: (labels: Labels) => string;
  readonly #cursor = new FrameCursor();
  readonly #known = new Map<number, Candidate>();
  readonly #met = new Map<string, Candidate>();

  /** @param identity equal for labels of one and the same alert */
  constructor(name: string, templates: RuleTemplates, identity: (labels: Labels) => string) {
    this.#name = name;
    this.#templates = templates;
    this.#identity = identity;
  }

  /** Those of the present positions by their identity, good until the next call. @throws Failure when two are one */
  of({ frame, values, present }: Sparse, context: TemplateContext): ReadonlyMap<string, Candidate> {
    this.#met.clear();
    this.#cursor.advance(frame, () => this.#known.clear());
    const { length } = frame;
    for (let position = 0; position < length; position++) {
      if (present[position] !== 1) continue;
      const candidate = this.#at(position, frame, values[position] ?? Number.NaN, context);
      if (this.#met.has(candidate.key)) {
        throw new Failure(
          'invalid',
          'two alerts have the same labels after the labels of the rule were added',
        );
      }
      this.#met.set(candidate.key, candidate);
    }
    return this.#met;
  }

  #at(position: number, frame: Frame, value: number, context: TemplateContext): Candidate {
    let candidate = this.#known.get(position);
    if (candidate === undefined || this.#templates.labelsChange) {
      const source = candidate?.source ?? frame.labels(position);
      candidate = this.#create(source, value, context);
      this.#known.set(position, candidate);
    }
    candidate.value = value;
    return candidate;
  }

  #create(source: Labels, value: number, context: TemplateContext): Candidate {
    const { externalLabels, functions } = context;
    const own = this.#templates.labels({ labels: source, value, externalLabels, functions });
    const labels = withoutEmpty({ ...withoutLabels(source, METRIC_NAME), ...own, alertname: this.#name });
    return { key: this.#identity(labels), labels, source, value };
  }
}
