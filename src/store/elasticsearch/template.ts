import { createHash } from 'node:crypto';
import { dimensionsOf, streamName, type Dataset } from '../../model/dataset.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { lateMapping, mappingOf, type Properties } from './mapping.ts';

/** Rises when the way templates are made changes; a template of a newer version is left alone. */
export const TEMPLATE_VERSION = 1;
/** Above the server's own templates for `logs-*-*` and `metrics-*-*` (100). */
const PRIORITY = 500;

/** What a server may refuse, each with what is used instead. */
export interface Features {
  /** `logsdb` and `time_series` instead of standard indices. */
  readonly mode: boolean;
  /** Retention by data stream lifecycle. */
  readonly lifecycle: boolean;
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
  readonly mappings: JsonObject;
  readonly body: JsonObject;
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
    const retention = options.eventsRetentionMs;
    return template(name, settings, mappingOf(dataset, false), retention, features);
  }
  const timeSeries = features.mode && options.timeSeries !== false;
  const settings = timeSeries ? timeSeriesSettings(dataset, options) : { ...SORTED };
  return template(name, settings, mappingOf(dataset, timeSeries), options.metricsRetentionMs, features);
}

/** The template of the stream for late gauges. */
export function lateTemplate(
  datasets: readonly Dataset[],
  options: TemplateOptions,
  features: Features,
): Template {
  const mapping = lateMapping(datasets);
  return template(
    lateStream(options.namespace),
    { ...SORTED },
    mapping,
    options.metricsRetentionMs,
    features,
  );
}

const SORTED: JsonObject = {
  'index.codec': 'best_compression',
  'index.sort.field': ['tenant', '@timestamp'],
  'index.sort.order': ['asc', 'desc'],
};

function timeSeriesSettings(dataset: Dataset, { timeBounds }: TemplateOptions): JsonObject {
  // What waited out an outage of days still fits the first index.
  const window: JsonObject =
    timeBounds === undefined
      ? { 'index.look_back_time': '7d' }
      : { 'index.time_series.start_time': timeBounds.start, 'index.time_series.end_time': timeBounds.end };
  const routing = Object.keys(dimensionsOf(dataset));
  return { 'index.mode': 'time_series', 'index.routing_path': routing, ...window };
}

function template(
  name: string,
  settings: JsonObject,
  properties: Properties,
  retentionMs: number | undefined,
  features: Features,
): Template {
  const lifecycle =
    features.lifecycle && features.dataStream && retentionMs !== undefined
      ? { lifecycle: { data_retention: retentionOf(retentionMs) } }
      : {};
  const mappings: JsonObject = { dynamic: false, properties };
  const content: JsonObject = {
    index_patterns: [name],
    priority: PRIORITY,
    version: TEMPLATE_VERSION,
    ...(features.dataStream ? { data_stream: {} } : {}),
    template: { settings, mappings, ...lifecycle },
  };
  const hash = hashOf(content);
  const meta = { owner: 'octowatch', version: TEMPLATE_VERSION, hash };
  return { name, hash, mappings, body: { ...content, _meta: meta } };
}

/** Whole units, as the server writes them. */
function retentionOf(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

function hashOf(content: JsonValue): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
