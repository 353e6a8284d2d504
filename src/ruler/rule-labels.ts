import type { Labels } from '../model/labels.ts';

/** An empty label is an absent one. */
export function withoutEmpty(labels: Labels): Labels {
  return Object.values(labels).includes('')
    ? Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
    : labels;
}
