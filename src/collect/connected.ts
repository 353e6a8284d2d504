import type { Fleet, PollCollector, Target } from './contract.ts';

/** What a one-shot command may ask. */
export interface Connected {
  readonly collectors: readonly PollCollector[];
  /** The instances, and the places that tenants share; those that are found as soon as `discover` has ended. */
  readonly targets: readonly Target[];
  readonly fleet: Fleet;
  /** How often datasets are polled, ms by name; the longest where several polls fill one. */
  readonly intervals: ReadonlyMap<string, number>;
  /** Looks once for the instances that are not listed; what failed, a line each. */
  discover(workingDirectory: string, signal: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}
