import { z } from 'zod';
import { httpUrl, labelMap, secret } from './fields.ts';

function globs(what: string) {
  return z.array(z.string()).default([]).describe(`Globs of ${what}.`);
}

/** Globs of log files by the collector that reads them. */
export const lineFiles = z.strictObject({
  'octopus-server-log': globs('server log files on this machine'),
  'octopus-web-log': globs('web request logs (`Web-*.log`)'),
  'octopus-task-log': globs('raw task logs (`servertasks-*.txt`)'),
  'otlp-trace': globs('OTLP trace files, plain (`.jsonl`) or compressed (`.jsonl.zst`)'),
  'legacy-metrics': globs('metrics files of servers before 2020.5'),
});

/** The collectors of files, by the names they have in `files` and in `collectors`. */
export const LINE_COLLECTORS = lineFiles.keyof().options;

/** IANA zone of log stamps without one. */
export const timeZone = z
  .string()
  .refine(isTimeZone, 'not an IANA time zone (write UTC or Europe/Berlin)')
  .default('UTC');

/** An instance as `fleet.instances` and files of instances name it. */
export const instance = z.strictObject({
  /** Stable id of the tenant; never its host name, URL or region. */
  tenant: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a tenant id is letters, digits, dot, dash, underscore'),
  url: httpUrl
    .refine(hasNoPassword, 'a url without user and password; octowatch signs in by api_key')
    .optional(),
  api_key: secret.optional(),
  /** What may change in a life: region, plan, database_server, … */
  info: labelMap.default({}),
  /** Globs of log files by collector. */
  files: lineFiles.prefault({}),
  time_zone: timeZone,
  asleep: z
    .boolean()
    .default(false)
    .describe('Whether it is scaled to zero on purpose: it is asked for nothing, and nothing fires.'),
});

/** The url is a label of `octopus_instance_info`, and part of links. */
function hasNoPassword(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
