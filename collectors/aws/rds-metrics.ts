import type { DBInstance } from '@aws-sdk/client-rds';
import { burstableOf } from './burstable.ts';
import type { MetricQuery } from './metric-data.ts';

/** One metric of a database server: its names, the factor to our base unit, and which servers have it. */
interface RdsMetric {
  readonly name: string;
  readonly metric: string;
  readonly scale?: number;
  readonly of?: (db: DBInstance) => boolean;
}

const RDS_METRICS: readonly RdsMetric[] = [
  { name: 'aws_rds_cpu_utilization_ratio', metric: 'CPUUtilization', scale: 0.01 },
  { name: 'aws_rds_storage_free_bytes', metric: 'FreeStorageSpace' },
  { name: 'aws_rds_freeable_memory_bytes', metric: 'FreeableMemory' },
  { name: 'aws_rds_connections', metric: 'DatabaseConnections' },
  { name: 'aws_rds_read_latency_seconds', metric: 'ReadLatency' },
  { name: 'aws_rds_write_latency_seconds', metric: 'WriteLatency' },
  { name: 'aws_rds_disk_queue_depth', metric: 'DiskQueueDepth' },
  {
    name: 'aws_rds_cpu_credit_balance',
    metric: 'CPUCreditBalance',
    of: ({ DBInstanceClass }) => burstableOf(DBInstanceClass ?? '') !== undefined,
  },
  {
    name: 'aws_rds_burst_balance_ratio',
    metric: 'BurstBalance',
    scale: 0.01,
    of: ({ StorageType }) => StorageType === undefined || StorageType === 'gp2',
  },
];

/** What is asked of CloudWatch for one server; each query is paid for. */
export interface RdsQueries {
  readonly queries: readonly MetricQuery[];
  /** Answers, in the order of the queries, by our names. */
  read(answers: readonly (number | undefined)[]): Readonly<Record<string, number | undefined>>;
}

/** RDS tells CloudWatch every minute, of credits every five. */
export function rdsQueries(identifier: string, db: DBInstance): RdsQueries {
  const asked = RDS_METRICS.filter(({ of }) => of?.(db) ?? true);
  return {
    queries: asked.map(({ metric }) => ({
      namespace: 'AWS/RDS',
      metric,
      dimensions: { DBInstanceIdentifier: identifier },
      statistic: 'Average',
      periodSeconds: 60,
    })),
    read: (answers) =>
      Object.fromEntries(asked.map(({ name, scale = 1 }, i) => [name, scaled(answers[i], scale)])),
  };
}

function scaled(value: number | undefined, scale: number): number | undefined {
  return value === undefined ? undefined : value * scale;
}
