import { createHash } from 'node:crypto';
import { dimensionsOf, streamName, type Dataset } from '../../model/dataset.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { rollupStreamName } from '../../model/rollup.ts';
import {
  lateMapping,
  mappingOf,
  rollupDimensions,
  rollupMapping,
  type Properties,
  type RolledUp,
} from './mapping.ts';
import { dataRetention, lifecyclePolicy, type LifecyclePolicy } from './retention.ts';

/** Rises when the way templates are made changes; a template of a newer version is left alone. */
export const TEMPLATE_VERSION = 2;
/** Above the server's own templates for `logs-*-*` and `metrics-*-*` (100). */
const PRIORITY = 500;

/** What a server may refuse, each with what is used instead. */
export interface Features {
  /** `logsdb` and `time_series` instead of standard indices. */
  readonly mode: boolean;
  /** Who deletes old documents: the data stream's own lifecycle, ILM, or nobody. */
  readonly retention: 'lifecycle' | 'ilm' | 'none';
  /** Data streams instead of plain indices. */
  readonly dataStream: boolean;
}

/** Fixed bounds (ISO) of time-series indices, where the server does not set them by itself. */
export interface TimeBounds {
  readonly start: string;
  readonly end: string;
}

export interface TemplateOptions {
  readonly namespace: string;
  /** ms; absent keeps documents for ever. */
  readonly eventsRetentionMs?: number;
  readonly metricsRetentionMs?: number;
  /** False keeps gauges in standard streams. Default true. */
  readonly timeSeries?: boolean;
  readonly timeBounds?: TimeBounds;
}

/** A template to install, and the stream (and template) it is for. */
export interface Template {
  readonly name: string;
  /** Of all but the hash itself; kept in the template, so that an equal one is not installed again. */
  readonly hash: string;
  /** The mapping of all but the time, which an index that is there refuses to hear of again. */
  readonly fields: Properties;
  readonly body: JsonObject;
  /** How long the data stream keeps documents: `7d`. Streams take it from the template only when they begin. */
  readonly dataRetention?: string;
  readonly policy?: LifecyclePolicy;
}

/** The stream of gauge documents outside the time window of their own. */
export function lateStream(namespace: string): string {
  return `metrics-octopus.late-${namespace}`;
}

/** The template of a dataset's stream. */
export function templateOf(dataset: Dataset, options: TemplateOptions, features: Features): Template {
  const name = streamName(dataset, options.namespace);
  if (dataset.kind === 'event') {
    const settings = features.mode ? { 'index.mode': 'logsdb', ...SORTED } : { ...SORTED };
    const retention = { kind: 'events', ms: options.eventsRetentionMs } as const;
    return template(name, settings, mappingOf(dataset, false), retention, options, features);
  }
  const timeSeries = features.mode && options.timeSeries !== false;
  const dimensions = Object.keys(dimensionsOf(dataset));
  return metricsTemplate(name, dimensions, mappingOf(dataset, timeSeries), options, features);
}

/** The template of the stream of a dataset's rollups. */
export function rollupTemplate(dataset: RolledUp, options: TemplateOptions, features: Features): Template {
  const name = rollupStreamName(dataset.name, options.namespace);
  const timeSeries = features.mode && options.timeSeries !== false;
  return metricsTemplate(
    name,
    rollupDimensions(dataset),
    rollupMapping(dataset, timeSeries),
    options,
    features,
  );
}

/** The template of the stream for late gauges and rollups. */
export function lateTemplate(
  datasets: readonly Dataset[],
  options: TemplateOptions,
  features: Features,
): Template {
  const name = lateStream(options.namespace);
  return metricsTemplate(name, [], lateMapping(datasets), { ...options, timeSeries: false }, features);
}

const SORTED: JsonObject = {
  'index.codec': 'best_compression',
  'index.sort.field': ['tenant', '@timestamp'],
  'index.sort.order': ['asc', 'desc'],
};

interface Retention {
  readonly kind: 'events' | 'metrics';
  readonly ms: number | undefined;
}

function metricsTemplate(
  name: string,
  dimensions: readonly string[],
  properties: Properties,
  options: TemplateOptions,
  features: Features,
): Template {
  const timeSeries = features.mode && options.timeSeries !== false;
  const settings = timeSeries ? timeSeriesSettings(dimensions, options) : { ...SORTED };
  const retention = { kind: 'metrics', ms: options.metricsRetentionMs } as const;
  return template(name, settings, properties, retention, options, features);
}

function timeSeriesSettings(dimensions: readonly string[], { timeBounds }: TemplateOptions): JsonObject {
  // What waited out an outage of days still fits the first index.
  const window: JsonObject =
    timeBounds === undefined
      ? { 'index.look_back_time': '7d' }
      : { 'index.time_series.start_time': timeBounds.start, 'index.time_series.end_time': timeBounds.end };
  return { 'index.mode': 'time_series', 'index.routing_path': dimensions, ...window };
}

function template(
  name: string,
  settings: JsonObject,
  properties: Properties,
  { kind, ms }: Retention,
  { namespace }: TemplateOptions,
  { retention, dataStream }: Features,
): Template {
  const keeps = ms === undefined || !dataStream ? 'none' : retention;
  const policy = keeps === 'ilm' ? lifecyclePolicy(`octowatch-${kind}-${namespace}`, ms ?? 0) : undefined;
  const kept = keeps === 'lifecycle' ? dataRetention(ms ?? 0) : undefined;
  const mappings: JsonObject = { dynamic: false, properties };
  const content: JsonObject = {
    index_patterns: [name],
    priority: PRIORITY,
    version: TEMPLATE_VERSION,
    ...(dataStream ? { data_stream: {} } : {}),
    template: {
      settings: { ...settings, ...(policy === undefined ? {} : { 'index.lifecycle.name': policy.name }) },
      mappings,
      ...(kept === undefined ? {} : { lifecycle: { data_retention: kept } }),
    },
  };
  const hash = hashOf([content, policy?.body ?? null]);
  const { '@timestamp': _time, ...fields } = properties;
  const meta = {
    owner: 'octowatch',
    version: TEMPLATE_VERSION,
    hash,
    ...(kept === undefined ? {} : { retention: kept }),
  };
  return {
    name,
    hash,
    fields,
    body: { ...content, _meta: meta },
    ...(kept === undefined ? {} : { dataRetention: kept }),
    ...(policy === undefined ? {} : { policy }),
  };
}

function hashOf(content: JsonValue): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
