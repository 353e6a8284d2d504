import type { Dataset } from '../../src/model/dataset.ts';

/** A dimension of a dataset; the compiler knows them all. */
export type DimensionOf<D extends Dataset> = 'tenant' | (keyof D['dimensions'] & string);
/** A field of a dataset's documents that has a value: a metric, or a field of an event. */
export type FieldOf<D extends Dataset> = D extends { readonly metrics: infer M }
  ? keyof M & string
  : D extends { readonly fields: infer F }
    ? keyof F & string
    : never;

/** What is read of the documents of a time bucket. */
export type Reading<D extends Dataset> =
  | { readonly read: 'count' }
  | { readonly read: 'avg' | 'min' | 'max'; readonly of: FieldOf<D> }
  | { readonly read: 'cardinality'; readonly of: DimensionOf<D> }
  | { readonly read: 'percentiles'; readonly of: FieldOf<D>; readonly percents: readonly number[] };

/** A question to one dataset, over time. */
export type Question<D extends Dataset> = Reading<D> & {
  /** A series for each value of these. */
  readonly by?: readonly DimensionOf<D>[];
  /** How many values of each of `by` are shown, the largest readings first (`smallest`: the other way). Default 10. */
  readonly top?: number;
  readonly smallest?: boolean;
  /** Only documents with one of these values. */
  readonly where?: Readonly<Partial<Record<DimensionOf<D> | FieldOf<D>, readonly string[]>>>;
  /** A series' name; `{{tenant}}` is its tenant. */
  readonly alias?: string;
  /** Width of the time buckets. Default `auto`: as fine as the panel is wide. */
  readonly interval?: string;
  /** Leaves out the first and the last time bucket, which are seldom whole. */
  readonly whole?: boolean;
  /** For expressions to use, not to be drawn. */
  readonly hide?: boolean;
};

/** A query as Grafana's Elasticsearch data source keeps it, without its `refId`. */
export interface ElasticsearchQuery {
  readonly datasource: { readonly type: 'elasticsearch'; readonly uid: string };
  readonly query: string;
  readonly queryType: 'lucene';
  readonly alias: string;
  readonly timeField: '@timestamp';
  readonly metrics: readonly MetricAggregation[];
  readonly bucketAggs: readonly BucketAggregation[];
  readonly hide?: boolean;
}

export interface MetricAggregation {
  readonly id: string;
  readonly type: 'count' | 'avg' | 'min' | 'max' | 'cardinality' | 'percentiles';
  readonly field?: string;
  readonly settings?: Readonly<Record<string, readonly string[]>>;
}

export interface BucketAggregation {
  readonly id: string;
  readonly type: 'terms' | 'date_histogram';
  readonly field: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Server-side arithmetic over other queries of the panel. */
export interface MathQuery {
  readonly datasource: { readonly type: '__expr__'; readonly uid: '__expr__' };
  readonly type: 'math';
  readonly expression: string;
}

const METRIC_ID = '1';
const TIME_ID = '2';

/**
 * A question to a dataset as a query of Grafana's Elasticsearch data source (its Lucene builder: all settings are
 * strings, the date histogram comes last, ids are shared by both lists). `marker` is a field that only this dataset's
 * documents have: one data source covers the streams of all datasets of a kind.
 */
export function ask<D extends Dataset>(
  dataset: D,
  marker: DimensionOf<D> | FieldOf<D>,
  question: Question<D>,
): ElasticsearchQuery {
  return {
    datasource: { type: 'elasticsearch', uid: dataset.kind === 'event' ? '${events}' : '${metrics}' },
    query: lucene(marker, question.where ?? {}),
    queryType: 'lucene',
    alias: question.alias ?? '',
    timeField: '@timestamp',
    metrics: [metricOf(question)],
    bucketAggs: [...termsOf(question), timeBuckets(question)],
    ...(question.hide === true ? { hide: true } : {}),
  };
}

/** Arithmetic over queries of the same panel: `$A / $B`. */
export function math(expression: string): MathQuery {
  return { datasource: { type: '__expr__', uid: '__expr__' }, type: 'math', expression };
}

function lucene(marker: string, where: Readonly<Partial<Record<string, readonly string[]>>>): string {
  const conditions = Object.entries(where).map(
    ([field, values = []]) => `${field}:(${values.map((value) => JSON.stringify(value)).join(' OR ')})`,
  );
  return ['tenant:$tenant', `_exists_:${marker}`, ...conditions].join(' AND ');
}

function metricOf<D extends Dataset>(reading: Reading<D>): MetricAggregation {
  if (reading.read === 'count') return { id: METRIC_ID, type: 'count' };
  const metric = { id: METRIC_ID, type: reading.read, field: reading.of };
  if (reading.read !== 'percentiles') return metric;
  return { ...metric, settings: { percents: reading.percents.map(String) } };
}

function termsOf<D extends Dataset>(question: Question<D>): BucketAggregation[] {
  const { top = 10, smallest = false } = question;
  const settings = {
    size: String(top),
    order: smallest ? 'asc' : 'desc',
    orderBy: orderOf(question),
    min_doc_count: '1',
  };
  return (question.by ?? []).map((field, index) => ({
    id: String(index + 3),
    type: 'terms',
    field,
    settings,
  }));
}

function orderOf<D extends Dataset>(reading: Reading<D>): string {
  if (reading.read === 'count') return '_count';
  return reading.read === 'percentiles' ? `${METRIC_ID}[${reading.percents[0]}]` : METRIC_ID;
}

function timeBuckets<D extends Dataset>({ interval = 'auto', whole }: Question<D>): BucketAggregation {
  const settings = { interval, min_doc_count: '0', trimEdges: whole === true ? '1' : '0' };
  return { id: TIME_ID, type: 'date_histogram', field: '@timestamp', settings };
}
