import {
  isNamedByRows,
  labelNamesOf,
  streamName,
  type Dataset,
  type Derivation,
  type EventDataset,
  type GaugeDataset,
  type SampleNames,
} from '../../../model/dataset.ts';
import type { Labels } from '../../../model/labels.ts';
import { bucketField, rollupFields, rollupStreamName, type RollupField } from '../../../model/rollup.ts';

/** Where the documents of a metric's series are, and how a sample is made of one. */
export interface MetricSource {
  /** The name of the series: `octopus_http_request_seconds_bucket`; empty where documents have it. */
  readonly name: string;
  /** The dimensions in which documents name their series, as the dataset's `samples` says. */
  readonly samples?: SampleNames;
  readonly stream: string;
  /** The number of a document; a rollup without it has nothing to add. */
  readonly field: string;
  /** Dimensions that are labels. */
  readonly labels: readonly string[];
  /** Labels that no document has: `le`. */
  readonly fixed: Labels;
  /** Of rollups: the field is what was added in the window, ms, that begins at the document's time. */
  readonly windowMs?: number;
  /** Only documents with one of these values, by dimension. */
  readonly where: Readonly<Record<string, readonly string[]>>;
  /** Only documents without any of these values, by dimension. */
  readonly except: Readonly<Record<string, readonly string[]>>;
}

/**
 * The series that can be read from Elasticsearch: gauges, and what is derived of events as far as rollups have it. What
 * was scraped comes last: an edge's series may be there as the edge itself wrote them.
 */
export function metricSources(datasets: readonly Dataset[], namespace: string): MetricSource[] {
  const ordered = [
    ...datasets.filter((dataset) => !isNamedByRows(dataset)),
    ...datasets.filter(isNamedByRows),
  ];
  return ordered.flatMap((dataset) =>
    dataset.kind === 'gauge' ? gaugeSources(dataset, namespace) : eventSources(dataset, namespace),
  );
}

function gaugeSources(dataset: GaugeDataset, namespace: string): MetricSource[] {
  const stream = streamName(dataset, namespace);
  const labels = labelNamesOf(dataset);
  return Object.keys(dataset.metrics).map((metric) => ({
    name: isNamedByRows(dataset) ? '' : metric,
    stream,
    field: metric,
    labels,
    fixed: {},
    where: {},
    except: {},
    ...(dataset.samples === undefined ? {} : { samples: dataset.samples }),
  }));
}

function eventSources(dataset: EventDataset, namespace: string): MetricSource[] {
  const { rollup } = dataset;
  if (rollup === undefined) return [];
  const fields = rollupFields(rollup);
  const dimensions = new Set(['tenant', ...rollup.by]);
  const stream = rollupStreamName(dataset.name, namespace);
  return Object.entries(dataset.derives).flatMap(([name, derivation]) => {
    const { by, where = {}, except = {} } = derivation;
    const labels = [...new Set(['tenant', ...by])];
    if (![...labels, ...Object.keys(where), ...Object.keys(except)].every((label) => dimensions.has(label)))
      return [];
    return numbersOf(name, derivation, fields).map((number) => {
      return { ...number, stream, labels, where, except, windowMs: rollup.windowMs };
    });
  });
}

/** The series of a derived metric with the field of each; none where the rollup lacks one. */
function numbersOf(
  name: string,
  { type, of, buckets = [] }: Derivation,
  fields: Readonly<Record<string, RollupField>>,
): Pick<MetricSource, 'name' | 'field' | 'fixed'>[] {
  const all =
    type === 'counter'
      ? [{ name, field: of === undefined ? 'count' : `${of}_sum`, fixed: {} }]
      : [
          ...buckets.map((bound) => bucket(name, bucketField(of ?? '', bound), String(bound))),
          bucket(name, `${of}_count`, '+Inf'),
          { name: `${name}_sum`, field: `${of}_sum`, fixed: {} },
          { name: `${name}_count`, field: `${of}_count`, fixed: {} },
        ];
  return all.every(({ field }) => Object.hasOwn(fields, field)) ? all : [];
}

function bucket(name: string, field: string, le: string): Pick<MetricSource, 'name' | 'field' | 'fixed'> {
  return { name: `${name}_bucket`, field, fixed: { le } };
}
