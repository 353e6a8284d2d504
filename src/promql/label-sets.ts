import {
  isLabelName,
  labelValue,
  labelsKey,
  METRIC_NAME,
  sortedNames,
  withoutLabels,
  type Labels,
} from '../model/labels.ts';
import { remember } from './remember.ts';

/** Labels that say what a metric is; what is computed from it is something else and drops them. */
const IDENTITY: readonly string[] = [METRIC_NAME, '__type__', '__unit__'];

/** A text equal exactly for equal label sets, remembered per object. */
export const keyOf = remember(labelsKey);

/** `labels` without the metric's name (and declared type and unit), the same object for the same labels. */
export const withoutName = remember((labels: Labels) => {
  return IDENTITY.some((name) => name in labels) ? withoutLabels(labels, ...IDENTITY) : labels;
});

/** Whether one of the names is of a label that says what a metric is. */
export function nameIdentity(names: readonly string[]): boolean {
  return names.some((name) => IDENTITY.includes(name));
}

/** Those of `labels` that are named. */
export function onlyLabels(labels: Labels, names: readonly string[]): Labels {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = labelValue(labels, name);
    if (value !== '') kept[name] = value;
  }
  return kept;
}

/** `labels` with one label set; an empty value removes it. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  return value === '' ? withoutLabels(labels, name) : { ...labels, [name]: value };
}

/** `labels` with the metric's name among them, as Prometheus's errors print them: `{__name__="up", job="a"}`. */
export function formatLabelSet(labels: Labels): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((name) => `${isLabelName(name) ? name : JSON.stringify(name)}=${JSON.stringify(labels[name])}`);
  return `{${pairs.join(', ')}}`;
}

/** The order in which Prometheus sorts series: by names and values, pair after pair. */
export function compareLabels(a: Labels, b: Labels): number {
  const left = sortedNames(a);
  const right = sortedNames(b);
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const name = compareText(left[i] ?? '', right[i] ?? '');
    if (name !== 0) return name;
    const value = compareText(a[left[i] ?? ''] ?? '', b[right[i] ?? ''] ?? '');
    if (value !== 0) return value;
  }
  return left.length - right.length;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
