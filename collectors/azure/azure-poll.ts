import type { CollectContext, PollCollector } from '../../src/collect/contract.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Point } from '../../src/model/point.ts';
import type { ArmClient } from './arm-client.ts';

/** What one poll of one subscription reads with. */
export interface AzureReading {
  readonly arm: ArmClient;
  /** The subscription's name in the configuration: the label `account`. */
  readonly account: string;
  readonly locations: readonly string[];
  readonly context: CollectContext;
  readonly signal: AbortSignal;
}

export interface AzurePollSpec {
  readonly name: string;
  readonly datasets: readonly Dataset[];
  readonly intervalMs: number;
  /** Default 2 min. */
  readonly deadlineMs?: number;
  /** Everything it may ask, as roles name it. */
  readonly actions: readonly string[];
  read(reading: AzureReading): AsyncIterable<readonly Point[]>;
}

/** A poll that says what it must be allowed. */
export interface AzurePoll extends PollCollector {
  readonly actions: readonly string[];
}

/** A long list in many pages, five a second. */
const DEADLINE_MS = 120_000;

/** A poll of a subscription. `clientOf`: by the name of the place. */
export function createAzurePoll(
  { read, ...spec }: AzurePollSpec,
  clientOf: (place: string) => ArmClient,
): AzurePoll {
  return {
    deadlineMs: DEADLINE_MS,
    ...spec,
    reads: 'azure',
    async *poll({ place }, context) {
      if (place === undefined) throw new Failure('invalid', `${spec.name} polls subscriptions`);
      const arm = clientOf(place.name);
      const { locations } = arm.subscription;
      yield* read({ arm, account: place.name, locations, context, signal: context.signal });
    },
  };
}
