import { z } from 'zod';
import { haveOwnNames, placeName } from './collectors/common.ts';
import { interval, labelMap, secret } from './fields.ts';
import { instance, lineFiles, timeZone } from './instance.ts';
import { maintenanceWindows } from './maintenance-windows.ts';

const MAX_INTERVAL_MS = 300_000;

/** How an instance is made of what was found; braces hold what is known of it. */
const found = z.strictObject({
  tenant: z
    .string()
    .optional()
    .describe('Stable id of the tenant: `{name}`, `{label.example.com/tenant}` … Needed for all but `file`.'),
  url: z
    .string()
    .optional()
    .describe(
      'Base URL: `https://{tenant}.example.com`, or one placeholder alone that holds it. Needed for all but `file`.',
    ),
  api_key: secret
    .optional()
    .describe('API key of all instances that are found; for `file`, of those without one of their own.'),
  api_key_file: z
    .string()
    .optional()
    .describe('With `{tenant}` in it: the path of a file for each tenant, such as a mounted secret.'),
  info: labelMap
    .default({})
    .describe(
      'Labels of `octopus_instance_info`, as `fleet.instances[].info`: `region`, `node`, `database_server` …; one whose placeholder is not known is left out.',
    ),
  files: lineFiles.prefault({}),
  time_zone: timeZone.describe('IANA zone of log stamps without one.'),
});

const kubernetes = z.strictObject({
  cluster: placeName.describe('Name of a cluster in `collectors.kubernetes.clusters`.'),
  namespace: z.string().optional().describe('The namespace to look in; all of them without it.'),
  kind: z
    .enum(['statefulsets', 'deployments', 'services'])
    .default('statefulsets')
    .describe('What an instance is; one with `replicas: 0` is asleep, a service never is.'),
  label_selector: z
    .string()
    .min(1, 'an empty selector takes everything')
    .describe('Which of them: `app=octopus-server`.'),
});

const octopus = z.strictObject({
  instance: z
    .string()
    .describe('Tenant id of the management Octopus in `fleet.instances`: its `url` and `api_key` are used.'),
  space: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'the id or slug of a space')
    .default('Spaces-1')
    .describe('Id of the space whose tenants are the fleet.'),
  project: z.string().optional().describe('Id of a project that a tenant must be connected to.'),
  environment: z
    .string()
    .optional()
    .describe('Id of an environment that a tenant must be connected to (of `project`, where that is named).'),
  tags: z
    .array(z.string())
    .default([])
    .describe('Tags a tenant must have all of, as `Tag set/Tag`; a disabled tenant is asleep.'),
});

const ec2 = z.strictObject({
  account: placeName.describe('Name of an account in `collectors.aws.accounts`.'),
  region: z.string().min(1).describe('The region to look in.'),
  tags: z
    .record(z.string(), z.string())
    .refine((tags) => Object.keys(tags).length > 0, 'name at least one tag')
    .describe('Tags an instance must have all of; one that is stopped is asleep.'),
});

/** The places that instances are found in, each by its key. */
export const DISCOVERY_KINDS = ['file', 'kubernetes', 'octopus', 'ec2'] as const;

const discovery = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name is letters, digits, dot, dash, underscore')
      .refine((name) => name !== 'static', '`static` is the name of fleet.instances')
      .describe('Its name in messages and metrics, which stays.'),
    interval: interval
      .refine((ms) => ms <= MAX_INTERVAL_MS, 'write a duration of at most 5m')
      .meta({ title: 'duration' })
      .prefault('1m')
      .describe(
        'How often it is asked, at most `5m`; a file is read as soon as it changes, too. One that falls asleep looks down until then: stay under the 2 minutes of OctopusDown.',
      ),
    timeout: interval.prefault('10s').describe('How long one answer may take, all pages together.'),
    file: z
      .strictObject({
        path: z
          .string()
          .min(1)
          .describe(
            'A YAML or JSON list in the shape of `fleet.instances`; relative to the working directory.',
          ),
      })
      .optional(),
    kubernetes: kubernetes.optional(),
    octopus: octopus.optional(),
    ec2: ec2.optional(),
    instance: found.prefault({}),
  })
  .refine(
    (entry) => DISCOVERY_KINDS.filter((kind) => entry[kind] !== undefined).length === 1,
    `name one of ${DISCOVERY_KINDS.join(', ')}`,
  );

/** The instances to watch: those that are listed, and where others are found. */
export const fleetShape = {
  instances: z.array(instance).default([]),
  discovery: z
    .array(discovery)
    .refine(haveOwnNames, 'two have one name')
    .default([])
    .describe('Where instances are found besides; of two with one tenant id the first is believed.'),
  maintenance_windows: maintenanceWindows,
};

/** One entry of `fleet.discovery`. */
export type DiscoveryConfig = z.output<typeof discovery>;

/** The kind of place that an entry looks in. */
export function placeOf(entry: DiscoveryConfig): (typeof DISCOVERY_KINDS)[number] {
  return DISCOVERY_KINDS.find((kind) => entry[kind] !== undefined) ?? 'file';
}
