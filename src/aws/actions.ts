import type * as Acm from '@aws-sdk/client-acm';
import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import type * as CloudTrail from '@aws-sdk/client-cloudtrail';
import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type * as CostExplorer from '@aws-sdk/client-cost-explorer';
import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as Iam from '@aws-sdk/client-iam';
import type * as Rds from '@aws-sdk/client-rds';
import type * as Route53 from '@aws-sdk/client-route-53';
import type * as ServiceQuotas from '@aws-sdk/client-service-quotas';
import type * as StorageGateway from '@aws-sdk/client-storage-gateway';

/** The clients of the SDK, by the prefix that their actions have in a policy. */
export interface Sdks {
  readonly acm: typeof Acm;
  readonly ce: typeof CostExplorer;
  readonly cloudformation: typeof CloudFormation;
  readonly cloudtrail: typeof CloudTrail;
  readonly cloudwatch: typeof CloudWatch;
  readonly ec2: typeof Ec2;
  readonly elasticloadbalancing: typeof Elb;
  readonly iam: typeof Iam;
  readonly rds: typeof Rds;
  readonly route53: typeof Route53;
  readonly servicequotas: typeof ServiceQuotas;
  readonly storagegateway: typeof StorageGateway;
}

export type AwsService = keyof Sdks;

type OperationOf<Sdk> = keyof Sdk extends infer Name
  ? Name extends `${infer Operation}Command`
    ? Operation
    : never
  : never;

/** An operation by its name in a policy: `ec2:DescribeVpcs`. */
export type AwsAction = {
  [Service in AwsService]: `${Service}:${OperationOf<Sdks[Service]>}`;
}[AwsService];

type CommandOf<Action extends AwsAction> =
  Action extends `${infer Service extends AwsService}:${infer Operation}`
    ? Sdks[Service][`${Operation}Command` & keyof Sdks[Service]] extends abstract new (
        ...args: never[]
      ) => infer Command
      ? Command
      : never
    : never;

/** What the SDK takes for an action. */
export type InputOf<Action extends AwsAction> =
  CommandOf<Action> extends { readonly input: infer Input extends object } ? Input : never;

/** What the SDK answers to an action. */
export type OutputOf<Action extends AwsAction> =
  CommandOf<Action> extends {
    resolveMiddleware(
      ...args: never[]
    ): (...args: never[]) => Promise<{ readonly output: infer Output extends object }>;
  }
    ? Output
    : never;
