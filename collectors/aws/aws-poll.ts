import type { AwsAction } from '../../src/aws/actions.ts';
import type { AwsClient } from '../../src/aws/client.ts';
import type { AwsClients } from '../../src/aws/clients.ts';
import type { CollectContext, PollCollector } from '../../src/collect/contract.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Point } from '../../src/model/point.ts';
import { remembering } from './remembered.ts';
import type { AwsSettings } from './settings.ts';

/** What polls of AWS are made with. */
export interface AwsPollDeps {
  readonly aws: AwsClients;
  readonly settings: () => { readonly aws: AwsSettings };
}

/** What one poll of one place reads with. */
export interface AwsReading<Action extends AwsAction> {
  /** Takes the poll's own actions alone. */
  readonly aws: Pick<AwsClient<Action>, 'account' | 'call' | 'pages'>;
  /** `main/eu-west-1`. */
  readonly place: string;
  readonly settings: AwsSettings;
  readonly context: CollectContext;
  /** Aborted with the poll. */
  readonly signal: AbortSignal;
  /** `account`, and `region` where there is one. */
  readonly dimensions: Readonly<Record<'account', string> & Partial<Record<'region', string>>>;
}

export interface AwsPollSpec<Action extends AwsAction> {
  readonly name: string;
  readonly datasets: readonly Dataset[];
  readonly intervalMs: number;
  /** How often AWS is asked where that is less often than the interval: what was read is said again in between. */
  readonly everyMs?: number;
  readonly deadlineMs: number;
  /** Default `aws`: regions. */
  readonly reads?: 'aws' | 'aws-global';
  /** Everything it may ask: the policy is made of it. */
  readonly actions: readonly Action[];
  read(reading: AwsReading<Action>): Promise<readonly Point[]>;
}

/** A poll that says what it must be allowed. */
export interface AwsPoll extends PollCollector {
  readonly actions: readonly AwsAction[];
}

/** A poll of a region of an account, or of what the account has once. */
export function createAwsPoll<Action extends AwsAction>(
  { read, everyMs = 0, reads = 'aws', ...spec }: AwsPollSpec<Action>,
  { aws, settings }: AwsPollDeps,
): AwsPoll {
  const remembered = everyMs === 0 ? undefined : remembering(everyMs, spec.datasets);
  return {
    ...spec,
    reads,
    async *poll({ place }, context) {
      if (place === undefined) throw new Failure('invalid', `${spec.name} polls accounts`);
      const client = aws.at(place.name);
      const { account, region } = client;
      const reading = {
        aws: client,
        place: place.name,
        settings: settings().aws,
        context,
        signal: context.signal,
        dimensions: { account, ...(region === undefined ? {} : { region }) },
      };
      yield await (remembered === undefined ? read(reading) : remembered(context, () => read(reading)));
    },
    forget({ place }) {
      if (place !== undefined) aws.close(place.name);
      return Promise.resolve();
    },
  };
}
