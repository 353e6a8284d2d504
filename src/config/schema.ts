import { z } from 'zod';
import { alertingKeys } from './alerting-schema.ts';
import { awsSettings } from './collectors/aws.ts';
import { azureSettings } from './collectors/azure.ts';
import { capacitySettings } from './collectors/capacity.ts';
import { pollShape } from './collectors/common.ts';
import { costSettings } from './collectors/cost.ts';
import { dormancySettings } from './collectors/dormancy.ts';
import { hostSettings } from './collectors/host.ts';
import { kubernetesSettings } from './collectors/kubernetes.ts';
import { neighboursSettings } from './collectors/neighbours.ts';
import { probeSettings } from './collectors/probe.ts';
import { prometheusSettings } from './collectors/prometheus.ts';
import { provisioningSettings } from './collectors/provisioning.ts';
import {
  byteSize,
  duration,
  httpUrl,
  interval,
  labelMap,
  listenAddress,
  positive,
  retention,
  secret,
} from './fields.ts';
import { fleetShape } from './fleet.ts';
import { parseHeaderLines } from './header-lines.ts';
import { onCallSettings, reportSettings } from './on-call.ts';
import { hasFileTwin } from './secret-keys.ts';

/** The collectors that poll, by their folders and their names in `collectors`. */
export const POLL_COLLECTORS = [
  'octopus-api',
  'host',
  'kubernetes',
  'aws',
  'azure',
  'probe',
  'prometheus',
  'capacity',
  'cost',
  'dormancy',
  'fleet',
  'neighbours',
  'provisioning',
] as const;

const lineCollector = z
  .strictObject({
    enabled: z.boolean().default(true),
    /** Where a file found at the very first start is read from. */
    read_from: z.enum(['end', 'beginning']).default('end'),
  })
  .prefault({});

const collectors = z.strictObject({
  /** Which source is believed for a fact that several report, best first. */
  prefer: z.array(z.enum(['log', 'otlp', 'api'])).default(['log', 'otlp', 'api']),
  'octopus-api': z
    .strictObject({
      ...pollShape,
      timeout: interval.prefault('5s'),
      requests_per_minute: positive.default(60),
    })
    .prefault({}),
  'octopus-server-log': lineCollector,
  'octopus-web-log': lineCollector,
  'octopus-task-log': lineCollector,
  'otlp-trace': lineCollector,
  'legacy-metrics': z
    .strictObject({
      ...lineCollector.unwrap().shape,
      /** What a line is: a JSON object, `name=value` pairs, or what a pattern with named groups finds. */
      format: z.enum(['json', 'pairs', 'pattern']).default('json'),
      pattern: z.string().optional(),
      /** Names of fields in the file, where they are not the usual ones. */
      fields: z.record(z.string(), z.string()).default({}),
      /** Unit of durations that are plain numbers. */
      duration_unit: z.enum(['ms', 's']).default('ms'),
    })
    .prefault({}),
  host: hostSettings,
  kubernetes: kubernetesSettings,
  aws: awsSettings,
  azure: azureSettings,
  probe: probeSettings,
  prometheus: prometheusSettings,
  /** What is derived from what the others read. */
  capacity: capacitySettings,
  cost: costSettings,
  dormancy: dormancySettings,
  fleet: z.strictObject(pollShape).prefault({}),
  neighbours: neighboursSettings,
  provisioning: provisioningSettings,
});

const store = z.strictObject({
  elasticsearch: z
    .strictObject({
      nodes: z.array(httpUrl).min(1, 'name at least one node'),
      api_key: secret.optional(),
      username: z.string().optional(),
      password: secret.optional(),
      ca_file: z.string().optional(),
      events_retention: retention.prefault('7d'),
      metrics_retention: retention.prefault('90d'),
      /** For servers that keep time-series bounds out of data streams. */
      time_series: z.boolean().default(true),
    })
    .optional(),
  embedded: z.strictObject({ retention: retention.prefault('7d') }).prefault({}),
});

const remedyName = z.enum(['octopus-task-cancel']);

const heal = z.strictObject({
  /** Remedies that may act; all others only plan. */
  armed: z.array(remedyName).default([]),
  /** Remedies that a person may have run, from Slack for one, without their being armed. */
  suggest: z.array(remedyName).default([]),
  page_after: duration.prefault('5m'),
  /** How long the symptom may take to go after the remedy was applied. */
  verify_within: duration.prefault('2m'),
  budget: z
    .strictObject({
      per_tenant_hour: positive.default(2),
      per_hour: positive.default(10),
      per_day: positive.default(50),
    })
    .prefault({}),
  cooldown: duration.prefault('10m'),
  /** More tenants than this with the same alert at once is a shared cause: page, do not act. */
  storm_tenants: positive.default(5),
  'octopus-task-cancel': z.strictObject({ min_age: duration.prefault('5m') }).prefault({}),
});

/** The agent's own traces and metrics, sent to somebody else. */
const telemetry = z.strictObject({
  otlp: z.strictObject({
    endpoint: httpUrl,
    protocol: z.enum(['http/protobuf', 'http/json']).default('http/protobuf'),
    headers: secret
      .refine((text) => parseHeaderLines(text) !== undefined, 'write one `Name: value` a line')
      .meta({ title: 'secret' })
      .optional(),
    timeout: interval.prefault('5s'),
  }),
  traces: z.strictObject({ sample_ratio: z.number().min(0).max(1).default(1) }).prefault({}),
  metrics: z.strictObject({ interval: interval.prefault('30s') }).prefault({}),
});

/** The whole configuration; strict, so an unknown key is an error. */
export const configSchema = z.strictObject({
  data_dir: z.string().min(1, 'an empty path').default('data'),
  /** An edge collects and ships; it evaluates no rule and pages nobody. */
  role: z.enum(['standalone', 'edge']).default('standalone'),
  namespace: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.]*$/, 'a namespace is lower-case letters, digits, dot, underscore')
    .default('default'),
  web: z
    .strictObject({
      listen: listenAddress.default('127.0.0.1:9464'),
      external_url: httpUrl.optional(),
    })
    .prefault({}),
  fleet: z.strictObject(fleetShape).prefault({}),
  collectors: collectors.prefault({}),
  spool: z
    .strictObject({
      max_bytes: byteSize.prefault('1GiB'),
      policy: z.enum(['block', 'drop_oldest']).default('block'),
    })
    .prefault({}),
  store: store.prefault({}),
  /** Series on the local disk, whatever the store: for queries and backtests. */
  history: z
    .strictObject({
      keep: retention.prefault('30d'),
      max_bytes: byteSize.optional(),
    })
    .prefault({}),
  rules: z
    .strictObject({
      /** Globs of rule files; `pack:NAME` ships with octowatch, `pack:*` is all that do. */
      files: z.array(z.string()).default(['pack:*']),
      interval: interval.prefault('15s'),
      hold_for: duration.prefault('1h'),
    })
    .prefault({}),
  external_labels: labelMap.default({}),
  ...alertingKeys,
  on_call: onCallSettings,
  report: reportSettings,
  heal: heal.prefault({}),
  redact: z
    .strictObject({
      /** Whether API keys, tokens, passwords in connection strings and other known forms are taken out. */
      shapes: z.boolean().default(true),
      /** What is a secret whatever it looks like; a text or a file has one value a line, `#` begins a comment. */
      values: z.union([secret, z.array(secret)]).default([]),
    })
    .prefault({}),
  telemetry: telemetry.optional(),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

/** A configuration as the program reads it: durations in ms, sizes in bytes, defaults filled in. */
export type Config = z.output<typeof configSchema>;

/** A configuration as a file has it: durations and sizes in words. */
export function toFileForm(config: Config): z.input<typeof configSchema> {
  return z.encode(configSchema, config);
}

/** The configuration's JSON schema, for editors. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema, path }) => addFileTwins(jsonSchema, keysIn(path)),
  });
}

/** Lets an editor accept `<secret>_file` for each secret, in the place of one that is required. */
function addFileTwins(schema: z.core.JSONSchema.BaseSchema, above: readonly PropertyKey[]): void {
  const secrets = Object.keys(schema.properties ?? {}).filter((key) => hasFileTwin(key, above));
  const required = schema.required ?? [];
  const choices = secrets.filter((key) => required.includes(key));
  for (const key of secrets)
    schema.properties = { ...schema.properties, [`${key}_file`]: { type: 'string' } };
  if (choices.length === 0) return;
  schema.required = required.filter((key) => !choices.includes(key));
  schema.allOf = choices.map((key) => ({ oneOf: [{ required: [key] }, { required: [`${key}_file`] }] }));
}

/** The keys of the configuration that lead to a part of its JSON schema. */
function keysIn(path: readonly PropertyKey[]): readonly PropertyKey[] {
  return path.filter((_, index) => path[index - 1] === 'properties');
}
