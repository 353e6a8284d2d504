import { Failure } from './failure.ts';
import { isLabelName, isMetricName } from './labels.ts';
import { ROLLUP_ID, rollupFields } from './rollup.ts';

export type MetricType = 'gauge' | 'counter' | 'histogram';
/** Base units, as Prometheus names them; `none` for counts, states and ratios. */
export type Unit = 'seconds' | 'bytes' | 'ratio' | 'timestamp_seconds' | 'none';

/** What a dimension tells points of a dataset apart by. */
export interface Dimension {
  readonly help: string;
  /** False for what a document keeps and a label must not: ids, paths, users. Default true. */
  readonly label?: boolean;
}

/** One metric of a gauge dataset; its key is its Prometheus name and its document field. */
export interface Metric {
  readonly type: 'gauge' | 'counter';
  readonly unit: Unit;
  readonly help: string;
}

/** One value field of an event's document. */
export interface EventField {
  readonly type: 'double' | 'long' | 'keyword' | 'text' | 'boolean' | 'date';
  readonly unit?: Unit;
  readonly help: string;
}

/** A metric that the head keeps from the events of a dataset; its key is its Prometheus name. */
export interface Derivation {
  readonly type: 'counter' | 'histogram';
  readonly unit: Unit;
  readonly help: string;
  /** The labels it keeps, each a dimension of the dataset. */
  readonly by: readonly string[];
  /** Counts only events whose dimensions have one of these values. */
  readonly where?: Readonly<Record<string, readonly string[]>>;
  /** Leaves out events whose dimensions have one of these values. */
  readonly except?: Readonly<Record<string, readonly string[]>>;
  /** The numeric field that a counter adds up or a histogram observes; a counter without it counts events. */
  readonly of?: string;
  /** Upper bounds of a histogram, rising, without +Inf. */
  readonly buckets?: readonly number[];
}

/**
 * What is kept of events for long: per window and group a document of count, and of each value's sum, least, greatest
 * and buckets. All are deltas of their window, so adding them up over windows and groups is right.
 */
export interface Rollup {
  /** ms; windows begin at multiples of it. */
  readonly windowMs: number;
  /** The dimensions of a group besides `tenant`; each one a label. */
  readonly by: readonly string[];
  /** Numeric fields that are summed up, each with the upper bounds of its histogram, rising, without +Inf. */
  readonly of: Readonly<Record<string, readonly number[]>>;
}

interface DatasetBase {
  /** `[a-z][a-z0-9_]*`; also the middle of the stream's name. */
  readonly name: string;
  readonly help: string;
  readonly dimensions: Readonly<Record<string, Dimension>>;
  /** Series one dataset may have per tenant before the excess folds into `other`. Default 1000. */
  readonly seriesLimit?: number;
}

/** Which dimensions say what the series of a row are called, where others chose the names: what is scraped. */
export interface SampleNames {
  /** The dimension whose text (`formatLabelText`) is the labels of the series besides those of the other dimensions. */
  readonly labels: string;
  /** The dimension that is the name of the series; the dataset then has one metric, the value, and no series of its name. */
  readonly name?: string;
}

/** Observations of a state at a time: one document and one sample per metric for each set of dimensions. */
export interface GaugeDataset extends DatasetBase {
  readonly kind: 'gauge';
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Absent where the declared metrics and dimensions name the series. The dimensions it names are no labels. */
  readonly samples?: SampleNames;
}

/** Things that happened: one document each; the head keeps only what is derived. */
export interface EventDataset extends DatasetBase {
  readonly kind: 'event';
  readonly fields: Readonly<Record<string, EventField>>;
  readonly derives: Readonly<Record<string, Derivation>>;
  readonly rollup?: Rollup;
}

/** The declared shape of points: mapping, `/metrics`, docs and name checks all come from it. */
export type Dataset = GaugeDataset | EventDataset;

/** A metric as anyone outside the dataset sees it. */
export interface MetricInfo {
  readonly name: string;
  readonly type: MetricType;
  readonly unit: Unit;
  readonly help: string;
  readonly dataset: Dataset;
  readonly labels: readonly string[];
}

/** Every dataset has these; a collector does not declare them. */
export const COMMON_DIMENSIONS: Readonly<Record<string, Dimension>> = {
  tenant: { help: 'Stable id of the tenant, from the configuration.' },
};

/**
 * A dataset, checked: names as Prometheus and Elasticsearch want them, derivations that refer to what is there.
 * @throws Failure `invalid` naming the dataset and the offending name
 */
export function defineDataset<const D extends Dataset>(dataset: D): D {
  for (const problem of problemsOf(dataset)) {
    throw new Failure('invalid', `dataset ${dataset.name}: ${problem}`);
  }
  return dataset;
}

/** All dimensions of a dataset, the common ones first. */
export function dimensionsOf(dataset: Dataset): Readonly<Record<string, Dimension>> {
  return { ...COMMON_DIMENSIONS, ...dataset.dimensions };
}

/** The names of the dimensions that become labels. */
export function labelNamesOf(dataset: Dataset): string[] {
  return Object.entries(dimensionsOf(dataset))
    .filter(([, dimension]) => dimension.label !== false)
    .map(([name]) => name);
}

/**
 * The metrics of a dataset as Prometheus knows them: its gauges and counters, or what its events derive. None where
 * rows name their series themselves.
 */
export function metricsOf(dataset: Dataset): MetricInfo[] {
  if (isNamedByRows(dataset)) return [];
  if (dataset.kind === 'gauge') {
    const labels = labelNamesOf(dataset);
    return Object.entries(dataset.metrics).map(([name, metric]) => ({ name, ...metric, dataset, labels }));
  }
  return Object.entries(dataset.derives).map(([name, { type, unit, help, by }]) => ({
    name,
    type,
    unit,
    help,
    dataset,
    labels: by,
  }));
}

/** A gauge dataset whose rows say themselves what their series are called. */
export type NamedByRows = GaugeDataset & { readonly samples: Required<SampleNames> };

/** Whether the names of a dataset's series are in its rows. */
export function isNamedByRows(dataset: Dataset): dataset is NamedByRows {
  return dataset.kind === 'gauge' && dataset.samples?.name !== undefined;
}

/** The names of the series a metric has: itself, or a histogram's `_bucket`, `_sum` and `_count`. */
export function seriesNamesOf(metric: Pick<MetricInfo, 'name' | 'type'>): string[] {
  if (metric.type !== 'histogram') return [metric.name];
  return ['_bucket', '_sum', '_count'].map((suffix) => metric.name + suffix);
}

/** The data stream a dataset is written to: `logs-octopus.web_request-prod`. */
export function streamName(dataset: Dataset, namespace: string): string {
  return `${dataset.kind === 'event' ? 'logs' : 'metrics'}-octopus.${dataset.name}-${namespace}`;
}

function* problemsOf(dataset: Dataset): Iterable<string> {
  if (!/^[a-z][a-z0-9_]*$/.test(dataset.name)) yield 'the name must match [a-z][a-z0-9_]*';
  for (const name of Object.keys(dataset.dimensions)) {
    if (!isLabelName(name) || name.startsWith('__')) yield `bad dimension name ${name}`;
    if (name in COMMON_DIMENSIONS) yield `dimension ${name} is common to all datasets`;
  }
  for (const metric of metricsOf(dataset)) yield* metricProblems(metric);
  if (dataset.kind === 'gauge') yield* sampleProblems(dataset);
  if (dataset.kind === 'event') yield* derivationProblems(dataset);
  if (dataset.kind === 'event' && dataset.rollup !== undefined)
    yield* rollupProblems(dataset, dataset.rollup);
}

function* sampleProblems({ samples, dimensions, metrics }: GaugeDataset): Iterable<string> {
  if (samples === undefined) return;
  for (const name of Object.values(samples))
    if (dimensions[name]?.label !== false) yield `samples: ${name} must be a dimension that is no label`;
  if (samples.name !== undefined && Object.keys(metrics).length !== 1)
    yield 'samples: a dataset whose rows are named has one metric';
}

function* metricProblems({ name, type, unit, help }: MetricInfo): Iterable<string> {
  if (!isMetricName(name) || name.includes(':')) yield `bad metric name ${name}`;
  if (help === '') yield `metric ${name} has no help`;
  if ((type === 'counter') !== name.endsWith('_total'))
    yield `${name}: counters, and only they, end in _total`;
  const stem = name.replace(/_total$/, '');
  if (unit !== 'none' && !stem.endsWith(`_${unit}`)) yield `${name} must end in _${unit}`;
}

function* derivationProblems(dataset: EventDataset): Iterable<string> {
  const dimensions = dimensionsOf(dataset);
  for (const [name, { type, by, where, except, of, buckets }] of Object.entries(dataset.derives)) {
    for (const label of by) if (dimensions[label]?.label === false) yield `${name}: ${label} is no label`;
    for (const label of [...by, ...Object.keys({ ...where, ...except })]) {
      if (!(label in dimensions)) yield `${name}: no dimension ${label}`;
    }
    if (of !== undefined && !isNumber(dataset.fields[of])) yield `${name}: no numeric field ${of}`;
    if (type === 'histogram' && (of === undefined || buckets === undefined))
      yield `${name}: needs of and buckets`;
    if (buckets?.some((bound, i) => i > 0 && bound <= (buckets[i - 1] ?? 0)) === true)
      yield `${name}: buckets must rise`;
  }
}

function* rollupProblems(dataset: EventDataset, rollup: Rollup): Iterable<string> {
  const { windowMs, by, of } = rollup;
  if (!Number.isSafeInteger(windowMs) || windowMs < 1000)
    yield 'rollup: windowMs must be whole, 1000 or more';
  for (const label of by) {
    const dimension = dataset.dimensions[label];
    if (dimension === undefined) yield `rollup: no dimension ${label} besides the common ones`;
    if (dimension?.label === false) yield `rollup: ${label} is no label`;
  }
  for (const [field, bounds] of Object.entries(of)) {
    if (!isNumber(dataset.fields[field])) yield `rollup: no numeric field ${field}`;
    if (bounds.some((bound, i) => i > 0 && !(bound > (bounds[i - 1] ?? 0))))
      yield `rollup: bounds of ${field} must rise`;
  }
  yield* rollupNameProblems(rollup);
}

function* rollupNameProblems(rollup: Rollup): Iterable<string> {
  const { by, of } = rollup;
  const names = Object.keys(rollupFields(rollup));
  const expected = Object.values(of).reduce((sum, bounds) => sum + 4 + bounds.length, 1);
  if (names.length < expected) yield 'rollup: two of its fields have one name';
  for (const name of [...names, ROLLUP_ID])
    if (by.includes(name)) yield `rollup: dimension ${name} is a field`;
}

function isNumber(field: EventField | undefined): boolean {
  return field?.type === 'double' || field?.type === 'long';
}
