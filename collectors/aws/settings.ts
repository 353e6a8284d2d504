import type { AwsAccount } from '../../src/aws/account.ts';

/** What the collector reads of its settings. */
export interface AwsSettings {
  readonly accounts: readonly AwsAccount[];
  /** Tag of EC2 and RDS instances that holds the tenant. */
  readonly tenant_tag?: string | undefined;
  /** Limits that AWS tells by no API. */
  readonly limits: {
    /** Per SQL Server edition with the license included. */
    readonly sqlserver_instances: number;
    readonly databases_per_instance: number;
    readonly databases_by_class: Readonly<Record<string, number>>;
    /** 0: not for tenants. */
    readonly databases_by_instance: Readonly<Record<string, number>>;
  };
}
