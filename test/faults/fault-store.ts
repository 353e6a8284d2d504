import type { StoreFault } from './store-fault.ts';
import type { StoredCounts } from './stored-lines.ts';

/** The counting fake, a real Elasticsearch behind a gate, and what the agent uses without one. */
export type StoreKind = 'fake' | 'real' | 'embedded';

/** A store that can be told to misbehave, and asked what it holds. */
export interface FaultStore extends AsyncDisposable {
  /** `store` of the agent's configuration. */
  readonly config: object;
  /** What it does from now on. @throws Error for a fault this kind of store cannot play */
  set(fault: StoreFault): Promise<void>;
  /** What it does now: some faults end by themselves. */
  current(): Promise<StoreFault['kind']>;
  rollOver(): Promise<void>;
  /** Documents of lines, all copies counted: cheap. */
  stored(): Promise<number>;
  /** What is stored of the lines 0 to `written` - 1. */
  counts(written: number): Promise<StoredCounts>;
  /** Documents of all streams, those that are no lines included; undefined where nobody counts them. */
  documents(): Promise<number | undefined>;
  /** Undefined where the agent makes none. */
  rollups(): Promise<RollupCounts | undefined>;
}

/** What is stored of the rollups of requests. */
export interface RollupCounts {
  readonly documents: number;
  /** The sum of their counts. */
  readonly requests: number;
}
