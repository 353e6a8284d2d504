import type { MetricQuery } from './metric-data.ts';

/** What is read of CloudWatch for a database server: its metric, and the factor to our base unit. */
export const RDS_METRICS = [
  { name: 'aws_rds_cpu_utilization_ratio', metric: 'CPUUtilization', scale: 0.01 },
  { name: 'aws_rds_storage_free_bytes', metric: 'FreeStorageSpace', scale: 1 },
  { name: 'aws_rds_freeable_memory_bytes', metric: 'FreeableMemory', scale: 1 },
  { name: 'aws_rds_connections', metric: 'DatabaseConnections', scale: 1 },
  { name: 'aws_rds_read_latency_seconds', metric: 'ReadLatency', scale: 1 },
  { name: 'aws_rds_write_latency_seconds', metric: 'WriteLatency', scale: 1 },
  { name: 'aws_rds_disk_queue_depth', metric: 'DiskQueueDepth', scale: 1 },
  { name: 'aws_rds_cpu_credit_balance', metric: 'CPUCreditBalance', scale: 1 },
  { name: 'aws_rds_burst_balance_ratio', metric: 'BurstBalance', scale: 0.01 },
] as const;

/** The queries of one server, in the order of `RDS_METRICS`. RDS tells CloudWatch every minute, of credits every five. */
export function rdsQueries(identifier: string): MetricQuery[] {
  return RDS_METRICS.map(({ metric }) => ({
    namespace: 'AWS/RDS',
    metric,
    dimensions: { DBInstanceIdentifier: identifier },
    statistic: 'Average',
    periodSeconds: 60,
  }));
}
