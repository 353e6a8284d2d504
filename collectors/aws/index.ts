import type { Dataset } from '../../src/model/dataset.ts';
import { createAcmPoll } from './acm.ts';
import type { AwsPoll, AwsPollDeps } from './aws-poll.ts';
import { createCloudFormationPoll } from './cloudformation.ts';
import { createEbsQuotasPoll } from './ebs-quotas.ts';
import { createEc2QuotasPoll } from './ec2-quotas.ts';
import { createElbPoll } from './elb.ts';
import { awsHealthDatasets, createAwsHealth } from './health.ts';
import { createIamPoll } from './iam.ts';
import { createNetworkPoll } from './network.ts';
import { serviceQuotaDataset } from './quota-schema.ts';
import { createRdsQuotasPoll } from './rds-quotas.ts';
import { createRoute53Poll } from './route53.ts';
import { createLimitCache } from './service-limits.ts';
import { createServiceQuotasPoll } from './service-quotas.ts';
import { createStorageGatewayPoll } from './storage-gateway.ts';
import { createVpcPoll } from './vpc.ts';

/** Everything that is asked of AWS, one poll per question and place. */
export function createAws(deps: AwsPollDeps): readonly AwsPoll[] {
  const limits = createLimitCache();
  return [
    createServiceQuotasPoll(deps, limits),
    createEc2QuotasPoll(deps, limits),
    createEbsQuotasPoll(deps, limits),
    createVpcPoll(deps, limits),
    createNetworkPoll(deps, limits),
    createRdsQuotasPoll(deps),
    createStorageGatewayPoll(deps, limits),
    createElbPoll(deps),
    createAcmPoll(deps, limits),
    createCloudFormationPoll(deps),
    createIamPoll(deps),
    createRoute53Poll(deps),
    ...createAwsHealth(deps),
  ];
}

/** What those polls fill, besides the shared dataset of limits. */
export const awsDatasets: readonly Dataset[] = [serviceQuotaDataset, ...awsHealthDatasets];
