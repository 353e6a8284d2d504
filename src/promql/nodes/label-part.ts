import { labelValue, sortedNames, withoutLabels, type Labels } from '../../model/labels.ts';
import { onlyLabels } from '../label-sets.ts';

/** A part of label sets, by which they are grouped or matched. */
export interface LabelPart {
  /** A text that is the same exactly for equal parts; made without making the part. */
  key(labels: Labels): string;
  of(labels: Labels): Labels;
}

/** The named labels. */
export function onlyNamed(names: readonly string[]): LabelPart {
  const [name, ...others] = names.toSorted();
  if (name === undefined) return { key: () => '', of: () => NO_LABELS };
  return {
    // One value is a key as it is.
    key: others.length === 0 ? (labels) => labelValue(labels, name) : (labels) => joined(labels, names),
    of: (labels) => onlyLabels(labels, names),
  };
}

/** All labels but the named ones. */
export function allBut(names: readonly string[]): LabelPart {
  const dropped = new Set(names);
  return {
    key: (labels) => joinedPairs(labels, dropped),
    of: (labels) => withoutLabels(labels, ...names),
  };
}

function joined(labels: Labels, names: readonly string[]): string {
  let key = '';
  for (const name of names) {
    const value = labelValue(labels, name);
    // The length keeps a value that holds a separator from posing as two.
    key += `${value.length}\u0001${value}`;
  }
  return key;
}

function joinedPairs(labels: Labels, dropped: ReadonlySet<string>): string {
  let key = '';
  for (const name of sortedNames(labels)) {
    const value = labels[name] ?? '';
    if (value !== '' && !dropped.has(name)) key += `${name}\u0001${value.length}\u0001${value}`;
  }
  return key;
}

const NO_LABELS: Labels = {};
