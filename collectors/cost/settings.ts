/** What things cost, in one currency. */
export interface Prices {
  readonly vcpu_hour: number;
  readonly gib_hour: number;
  /** By EC2 instance type, an hour. */
  readonly instance_types: Readonly<Record<string, number>>;
  /** Of a vCPU for an hour beyond the CPU credits of T2 to T4g in unlimited mode. */
  readonly surplus_vcpu_hour: number;
  /** By name of the database server, class of RDS, or SKU of an elastic pool, an hour. */
  readonly database_servers: Readonly<Record<string, number>>;
  readonly storage_gib_month: number;
  readonly overhead_month: number;
}

/** Where the bill comes from. */
export interface BillSettings {
  /** Path of a CSV. */
  readonly file?: string | undefined;
  readonly cost_explorer?:
    | {
        readonly account: string;
        /** Cost allocation tag that holds the tenant. */
        readonly tag: string;
        readonly metric: string;
        /** Requests a day, of $0.01 each. */
        readonly requests_per_day: number;
      }
    | undefined;
  /** Component by service of the bill. */
  readonly services: Readonly<Record<string, 'compute' | 'database' | 'storage' | 'overhead'>>;
}

/** Settings of the collector `cost`. */
export interface CostSettings {
  /** How often it is counted, ms, where that is not the usual. */
  readonly interval?: number | undefined;
  /** ISO 4217: USD. */
  readonly currency: string;
  readonly prices: Prices;
  readonly bill?: BillSettings | undefined;
  /** What a tenant may cost a month. */
  readonly target_month: number;
  /** What a tenant of a plan (`info.plan`) pays a month. */
  readonly revenue_month: Readonly<Record<string, number>>;
  /** Metrics with a label `tenant`: what each takes of its database server. */
  readonly database_load_metric?: string | undefined;
  readonly database_storage_metric?: string | undefined;
}

/** Whether there is anything to count by: a price, or a bill. */
export function isCounting({ prices, bill }: CostSettings): boolean {
  const all = Object.values(prices).flatMap((price: number | Readonly<Record<string, number>>) =>
    typeof price === 'number' ? [price] : Object.values(price),
  );
  return bill !== undefined || all.some((price) => price > 0);
}
