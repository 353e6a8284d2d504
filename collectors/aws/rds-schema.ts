import { defineDataset } from '../../src/model/dataset.ts';
import { ACCOUNT_DIMENSIONS } from './dimensions.ts';

const SERVER_DIMENSIONS = {
  ...ACCOUNT_DIMENSIONS,
  database_server: {
    help: 'The database server as `octopus_instance_info` names it, else its identifier in RDS.',
  },
} as const;

/** Health of database servers. */
export const rdsDataset = defineDataset({
  name: 'aws_rds',
  kind: 'gauge',
  help: 'Database servers (RDS instances); of a tenant only where the configured tag names one.',
  dimensions: SERVER_DIMENSIONS,
  metrics: {
    aws_rds_up: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether it serves, as its status says: available, backing-up, modifying …',
    },
    aws_rds_tenants: { type: 'gauge', unit: 'none', help: 'Instances of the fleet whose database it holds.' },
    aws_rds_storage_allocated_bytes: { type: 'gauge', unit: 'bytes', help: 'Storage it has.' },
    aws_rds_storage_free_bytes: { type: 'gauge', unit: 'bytes', help: 'Storage that is free.' },
    aws_rds_storage_max_bytes: {
      type: 'gauge',
      unit: 'bytes',
      help: 'What storage autoscaling may enlarge it to; absent where it is off.',
    },
    aws_rds_cpu_utilization_ratio: { type: 'gauge', unit: 'ratio', help: 'Use of all vCPUs.' },
    aws_rds_freeable_memory_bytes: { type: 'gauge', unit: 'bytes', help: 'Memory that could be freed.' },
    aws_rds_connections: { type: 'gauge', unit: 'none', help: 'Connections of clients.' },
    aws_rds_connections_max: {
      type: 'gauge',
      unit: 'none',
      help: 'Most connections the engine takes (SQL Server 32,767); absent where its parameters decide.',
    },
    aws_rds_read_latency_seconds: { type: 'gauge', unit: 'seconds', help: 'Average time of a disk read.' },
    aws_rds_write_latency_seconds: { type: 'gauge', unit: 'seconds', help: 'Average time of a disk write.' },
    aws_rds_disk_queue_depth: {
      type: 'gauge',
      unit: 'none',
      help: 'Reads and writes that wait for the disk.',
    },
    aws_rds_cpu_credit_balance: {
      type: 'gauge',
      unit: 'none',
      help: 'CPU credits left, of burstable classes.',
    },
    aws_rds_burst_balance_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'What is left of the I/O credits of gp2 storage.',
    },
  },
  seriesLimit: 15_000,
});

/** What may change in a server's life. */
export const rdsInfoDataset = defineDataset({
  name: 'aws_rds_info',
  kind: 'gauge',
  help: 'What RDS says of a database server.',
  dimensions: {
    ...SERVER_DIMENSIONS,
    identifier: { help: 'Its identifier in RDS.' },
    engine: { help: 'Engine: sqlserver-se.' },
    edition: { help: 'Edition of SQL Server: Enterprise, Standard, Web or Express.' },
    engine_version: { help: 'Version of the engine.' },
    license_model: { help: 'Whether the license is included.' },
    instance_class: { help: 'Class: db.m5.large.' },
    status: { help: 'Status: available, storage-full, rebooting …' },
  },
  metrics: { aws_rds_info: { type: 'gauge', unit: 'none', help: 'Always 1; the labels tell.' } },
});
