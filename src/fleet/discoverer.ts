import type { FoundInstance } from './instance.ts';

/** Something that was found and cannot be watched. */
export interface Refusal {
  /** Whom it is about: a tenant, or what the source calls it. */
  readonly what: string;
  readonly why: string;
}

/** One answer of a source: all that it has. */
export interface FoundList {
  readonly instances: readonly FoundInstance[];
  readonly refused: readonly Refusal[];
}

/** A place where instances are found. */
export interface Discoverer {
  /** Its name in the configuration. */
  readonly name: string;
  /** Everything it was made from: the same text is the same discoverer. */
  readonly settings: string;
  readonly intervalMs: number;
  /** How long one list may take, ms. */
  readonly timeoutMs: number;
  /** All instances there are. @throws Failure when it could not see all of them */
  list(signal: AbortSignal): Promise<FoundList>;
  /** Calls back when a new list is worth asking for, until what it returns is called; undefined where nobody tells. */
  readonly watch?: (changed: () => void) => (() => void) | undefined;
  /** Nobody asks for now: ends what was kept for the next list. */
  readonly close?: () => Promise<void>;
}
