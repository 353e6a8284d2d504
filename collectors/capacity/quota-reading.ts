/** Where quotas belong together: those of one provider, account and region. */
export interface QuotaScope {
  readonly provider: string;
  readonly account: string;
  /** Empty for what is global. */
  readonly region: string;
}

/** The newest that is known of one quota of one resource. */
export interface QuotaReading extends QuotaScope {
  readonly quota: string;
  /** Empty where the quota is not counted for a resource. */
  readonly resource: string;
  /** Undefined where no limit, or no use, is known. */
  readonly limit: number | undefined;
  readonly used: number | undefined;
  /** When the older of both was read, ms. */
  readonly at: number;
  /** Whether that is too long ago. */
  readonly isStale: boolean;
}

/** What is free of a quota, never below zero; undefined where it is not known. */
export function freeOf({ limit, used }: QuotaReading): number | undefined {
  return limit === undefined || used === undefined ? undefined : Math.max(0, limit - used);
}
