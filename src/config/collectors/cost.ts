import { z } from 'zod';
import { positive } from '../fields.ts';
import { pollShape } from './common.ts';

const price = z.number().min(0, 'a price is not negative');
const metricName = z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:]*$/, 'not the name of a metric');

const prices = z
  .strictObject({
    vcpu_hour: price.default(0).describe('A vCPU of a Kubernetes node for an hour.'),
    gib_hour: price.default(0).describe('A GiB of memory of a Kubernetes node for an hour.'),
    instance_types: z
      .record(z.string(), price)
      .default({})
      .describe('An EC2 instance for an hour, by type; leave out types that only Kubernetes nodes have.'),
    surplus_vcpu_hour: price
      .default(0)
      .describe('A vCPU for an hour beyond the CPU credits, in unlimited mode (AWS: 0.05, Windows 0.096).'),
    database_servers: z
      .record(z.string(), price)
      .default({})
      .describe(
        'A database server for an hour: by its name, its class (`db.m5.large`) or the SKU of its pool (`StandardPool 100`).',
      ),
    storage_gib_month: price.default(0).describe('A GiB that a volume asks for, for a month of 30.44 days.'),
    overhead_month: price
      .default(0)
      .describe('All that is not counted else, for a month; all tenants bear the same.'),
  })
  .prefault({});

/** Services as AWS names them on its bill; what is not here stays unallocated. */
const SERVICES = {
  'Amazon Elastic Compute Cloud - Compute': 'compute',
  'EC2 - Other': 'compute',
  'Amazon Elastic Container Service for Kubernetes': 'compute',
  'Amazon Relational Database Service': 'database',
  'Amazon Simple Storage Service': 'storage',
  'Amazon Elastic File System': 'storage',
  'AWS Storage Gateway': 'storage',
  'Amazon Virtual Private Cloud': 'overhead',
  'Amazon Elastic Load Balancing': 'overhead',
  'Amazon Route 53': 'overhead',
  AmazonCloudWatch: 'overhead',
} as const;

const costExplorer = z.strictObject({
  account: z.string().describe('Account of `collectors.aws.accounts`: the one that pays.'),
  tag: z.string().min(1).describe('Cost allocation tag that holds the tenant; it must be activated in AWS.'),
  metric: z
    .enum(['UnblendedCost', 'AmortizedCost', 'NetUnblendedCost', 'NetAmortizedCost'])
    .default('AmortizedCost')
    .describe('Which cost is meant: AmortizedCost spreads what was paid ahead.'),
  requests_per_day: positive
    .max(100)
    .default(4)
    .describe('Requests a day at most, each of which costs $0.01; one reads all tenants of a few hundred.'),
});

const bill = z
  .strictObject({
    file: z.string().min(1).optional().describe('CSV with the columns day, service, tenant, amount.'),
    cost_explorer: costExplorer.optional().describe('AWS Cost Explorer, read once a day.'),
    services: z
      .record(z.string(), z.enum(['compute', 'database', 'storage', 'overhead']))
      .default(SERVICES)
      .describe(
        'What a service of the bill is, which says how it is shared; it replaces the default as a whole. Others: nobody’s.',
      ),
  })
  .refine(
    ({ file, cost_explorer: explorer }) => (file === undefined) !== (explorer === undefined),
    'give file or cost_explorer, one of them',
  );

/** Settings of the collector `cost`. */
export const costSettings = z
  .strictObject({
    ...pollShape,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'a currency is three capital letters: USD')
      .default('USD')
      .describe('Of all prices and of the bill; the label `currency`.'),
    prices: prices.describe('What things cost; nothing is counted without them.'),
    bill: bill.optional().describe('What was really paid: it replaces the estimate of each day it has.'),
    target_month: z.number().positive().default(10).describe('What a tenant may cost a month.'),
    revenue_month: z
      .record(z.string(), price)
      .default({})
      .describe('What a tenant pays a month, by `plan` of its `info`; others have no margin.'),
    database_load_metric: metricName
      .optional()
      .describe(
        'Scraped gauge with the label `tenant`: what each takes of the CPU or the DTUs of its server.',
      ),
    database_storage_metric: metricName
      .optional()
      .describe('Scraped gauge with the label `tenant`: how large its database is.'),
  })
  .prefault({});
