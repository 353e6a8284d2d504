import type { Dataset } from '../../src/model/dataset.ts';
import type { AwsPoll, AwsPollDeps } from './aws-poll.ts';
import { createEc2CreditsPoll } from './ec2-credits.ts';
import {
  ec2CountDataset,
  ec2CreditDataset,
  ec2Dataset,
  ec2EventDataset,
  ec2InfoDataset,
} from './ec2-schema.ts';
import { createEc2Poll } from './ec2.ts';
import { launchDataset } from './launch-schema.ts';
import { createLaunchesPoll } from './launches.ts';
import { rdsDataset, rdsInfoDataset } from './rds-schema.ts';
import { createRdsPoll } from './rds.ts';

/** How machines and database servers are, and what becomes of launches. */
export function createAwsHealth(deps: AwsPollDeps): readonly AwsPoll[] {
  return [createEc2Poll(deps), createEc2CreditsPoll(deps), createLaunchesPoll(deps), createRdsPoll(deps)];
}

/** What those polls fill, besides the shared dataset of limits. */
export const awsHealthDatasets: readonly Dataset[] = [
  ec2Dataset,
  ec2InfoDataset,
  ec2EventDataset,
  ec2CountDataset,
  ec2CreditDataset,
  launchDataset,
  rdsDataset,
  rdsInfoDataset,
];
