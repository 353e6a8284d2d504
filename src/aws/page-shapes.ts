import type { AwsAction, AwsService } from './actions.ts';

/** How a service hands out a list in pages. */
export interface PageShape {
  /** Of the request: how many at most, and which page. */
  readonly size: Readonly<Record<string, number>>;
  readonly token: string;
  /** Of the answer: the page after it. */
  readonly next: string;
}

/**
 * Pages as large as the service gives them; without a size EC2 counts a request against a smaller limit (50, refilled at
 * 10/s). Source: the services' API references.
 */
const BY_SERVICE: Readonly<Record<AwsService, PageShape>> = {
  acm: { size: { MaxItems: 1000 }, token: 'NextToken', next: 'NextToken' },
  ce: { size: {}, token: 'NextPageToken', next: 'NextPageToken' },
  cloudformation: { size: {}, token: 'NextToken', next: 'NextToken' },
  cloudtrail: { size: { MaxResults: 50 }, token: 'NextToken', next: 'NextToken' },
  cloudwatch: { size: {}, token: 'NextToken', next: 'NextToken' },
  ec2: { size: { MaxResults: 1000 }, token: 'NextToken', next: 'NextToken' },
  elasticloadbalancing: { size: { PageSize: 400 }, token: 'Marker', next: 'NextMarker' },
  iam: { size: { MaxItems: 1000 }, token: 'Marker', next: 'Marker' },
  rds: { size: { MaxRecords: 100 }, token: 'Marker', next: 'Marker' },
  route53: { size: { MaxItems: 100 }, token: 'Marker', next: 'NextMarker' },
  servicequotas: { size: { MaxResults: 100 }, token: 'NextToken', next: 'NextToken' },
  storagegateway: { size: { Limit: 100 }, token: 'Marker', next: 'Marker' },
};

const BY_ACTION: Partial<Record<AwsAction, PageShape>> = {
  'ec2:DescribeRouteTables': { size: { MaxResults: 100 }, token: 'NextToken', next: 'NextToken' },
  'storagegateway:ListFileShares': { size: { Limit: 100 }, token: 'Marker', next: 'NextMarker' },
};

/** The pages of an action, by its service unless it has its own. */
export function pageShapeOf(action: AwsAction, service: AwsService): PageShape {
  return BY_ACTION[action] ?? BY_SERVICE[service];
}
