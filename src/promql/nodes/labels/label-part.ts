import { labelValue, sortedNames, withoutLabels, type Labels } from '../../../model/labels.ts';
import { onlyLabels } from '../../label-sets.ts';

/** A part of label sets, by which they are grouped or matched. */
export interface LabelPart {
  /** Hands on one text after the other, the same ones in the same order exactly for equal parts; begins with 0. */
  fold(labels: Labels, next: (state: number, text: string) => number): number;
  of(labels: Labels): Labels;
}

/** The named labels. */
export function onlyNamed(names: readonly string[]): LabelPart {
  return {
    fold(labels, next) {
      let state = 0;
      for (const name of names) state = next(state, labelValue(labels, name));
      return state;
    },
    of: (labels) => onlyLabels(labels, names),
  };
}

/** All labels but the named ones. */
export function allBut(names: readonly string[]): LabelPart {
  const dropped = new Set(names);
  return {
    fold(labels, next) {
      let state = 0;
      for (const name of sortedNames(labels)) {
        const value = labels[name] ?? '';
        if (value !== '' && !dropped.has(name)) state = next(next(state, name), value);
      }
      return state;
    },
    of: (labels) => withoutLabels(labels, ...names),
  };
}

/** The whole of label sets. */
export const ALL_LABELS = allBut([]);
