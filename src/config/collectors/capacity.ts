import { z } from 'zod';
import { duration, httpUrl, interval, positive, secret } from '../fields.ts';
import { pollShape } from './common.ts';

const quotaName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'a quota is lower-case letters, digits, underscore');

const units = z.number().positive();

const need = z.union([
  units,
  z.strictObject({
    units: units.default(1).describe('Units that one tenant takes.'),
    resource: z.string().optional().describe('Counts this resource alone: an edition, a subnet.'),
    together: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Needs with the same word are met by one resource: a node has to have room for a pod and a disk.',
      ),
    more_of: z
      .array(
        z.strictObject({
          quota: quotaName.describe('The quota that one more resource takes one unit of.'),
          resource: z.string().optional().describe('Counts this resource of that quota alone.'),
          provider: z
            .string()
            .optional()
            .describe('Where another provider has that quota, of resources named `<account>/…`.'),
        }),
      )
      .min(1, 'name at least one quota')
      .optional()
      .describe('Quotas that allow more resources: the least of them says how many may be added.'),
    each: units
      .optional()
      .describe('Units that one more resource brings; by default as many as the smallest has.'),
  }),
]);

/** A t2.medium and a database for each tenant (AWS), or a pod, a disk and a database of a pool (Azure). */
const NEEDS: z.input<typeof needs> = {
  ec2_standard_vcpus: 2,
  t2_launch_credits: 1,
  subnet_addresses: 1,
  rds_databases: {
    more_of: [{ quota: 'rds_instances' }, { quota: 'rds_license_included_instances' }],
    each: 30,
  },
  sql_elastic_pool_databases: 1,
  node_pods: { together: 'node', more_of: [{ quota: 'aks_pool_nodes', provider: 'azure' }] },
  node_disks: { together: 'node', more_of: [{ quota: 'aks_pool_nodes', provider: 'azure' }] },
};

const needs = z
  .record(quotaName, need)
  .refine(
    (all) =>
      Object.values(all).every(
        (one) => typeof one === 'number' || one.each === undefined || one.more_of !== undefined,
      ),
    'each says what one more resource brings: name more_of too',
  );

const signUpGate = z
  .strictObject({
    url: httpUrl.describe('Where a change is posted to; redirects are not followed.'),
    signing_key: secret.describe('Signs what is posted: HMAC-SHA256.'),
    pause_below: positive.describe('Pauses sign-ups when fewer tenants than this are left.'),
    resume_above: positive.describe('Resumes sign-ups when more tenants than this are left.'),
    unknown_after: interval
      .optional()
      .describe('Pauses sign-ups when it has not been known for so long how many tenants are left.'),
    timeout: interval
      .refine((ms) => ms <= 10_000, 'write a duration of at most 10s')
      .meta({ title: 'duration' })
      .prefault('5s')
      .describe('How long one request may take.'),
  })
  .refine((gate) => gate.resume_above > gate.pause_below, {
    message: 'resume_above must be greater than pause_below, or sign-ups would flap',
    path: ['resume_above'],
  });

/** Settings of the collector `capacity`. */
export const capacitySettings = z
  .strictObject({
    ...pollShape,
    needs: needs
      .prefault(NEEDS)
      .describe('What a new tenant takes, by quota; it replaces the default as a whole.'),
    max_age: duration.prefault('2h').describe('A quota whose last sample is older is unknown.'),
    forget_after: duration.prefault('7d').describe('A quota that has been unknown for so long is forgotten.'),
    lead_time: duration.prefault('3d').describe('How long it takes to have a quota raised.'),
    lead_times: z.record(quotaName, duration).default({}).describe('The same by quota, where it differs.'),
    safety: z
      .number()
      .min(1)
      .default(2)
      .describe('Act when a quota is exhausted in less than this many times its lead time.'),
    sign_up_gate: signUpGate
      .optional()
      .describe('Pauses and resumes sign-ups by a webhook; off when left out.'),
  })
  .prefault({});
