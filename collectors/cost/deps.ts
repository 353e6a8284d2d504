import type { AwsClients } from '../../src/aws/clients.ts';
import type { Disk } from '../../src/model/ports.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import type { CostSettings } from './settings.ts';

/** What the polls are made with. */
export interface CostDeps {
  /** What other collectors read: machines, pods, databases, who is dormant. */
  readonly series: SeriesReader;
  readonly aws: Pick<AwsClients, 'at'>;
  readonly disk: Disk;
  readonly settings: () => { readonly cost: CostSettings };
}
