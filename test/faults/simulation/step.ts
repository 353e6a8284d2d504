import type { StoreMood } from './simulated-store.ts';

export const WRITER_STEPS = [
  'append',
  'half line',
  'long line',
  'poison line',
  'rotate',
  'copy and truncate',
  'truncate',
  'delete',
] as const;

export const FAULT_STEPS = [
  'kill', // at once
  'kill in operation', // at the n-th disk or store operation from now on
  'power cut',
  'power cut in operation',
  'stop', // SIGTERM
  'second start', // on the same directory: must be refused
  'pause', // SIGSTOP for n ms
  'clock step', // the wall clock is set by n ms
  'sync fails',
  'write fails',
  'read fails',
  'look fails', // list or stat
  'directory fails', // rename, remove, create or their sync
  'disk full', // for n ms
  'slow disk', // for n ms
  'stall', // one operation takes n ms
  'short reads', // for n ms
  'store', // a mood of the store, for n ms
  'rollover',
  'flipped bit', // at rest; in a profile of its own
] as const;

export type StepKind = (typeof WRITER_STEPS)[number] | (typeof FAULT_STEPS)[number];

/** One thing that happens to a world. */
export interface Step {
  /** ms after the beginning. */
  readonly at: number;
  readonly kind: StepKind;
  /** Lines, ms or operations, as the kind has it. */
  readonly n: number;
  /** Of the chances within it, so that the other steps do not depend on it. */
  readonly seed: number;
  /** Which log, of a writer's step. */
  readonly log?: number;
  readonly mood?: StoreMood;
}

export function isFault({ kind }: Step): boolean {
  return FAULT_STEPS.some((fault) => fault === kind);
}

/** A step as one line. */
export function describeStep({ at, kind, n, log, mood }: Step): string {
  const of = [log === undefined ? '' : `log ${log}`, mood ?? ''].filter((part) => part !== '').join(' ');
  return `${at.toFixed(0).padStart(6)} ms  ${kind}${of === '' ? '' : ` (${of})`} ${n}`;
}
