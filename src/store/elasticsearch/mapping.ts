import { dimensionsOf, type Dataset, type EventDataset, type GaugeDataset } from '../../model/dataset.ts';

/** Longer values stay in the document and are not searchable: a doc value may have 32,766 bytes. */
const IGNORE_ABOVE = 1024;

/** One field of a mapping. */
export type FieldMapping = Readonly<Record<string, string | number | boolean>>;

/** Fields by name. */
export type Properties = Readonly<Record<string, FieldMapping>>;

/** Doc values only: enough to filter, group and add up, and a third of the disk. */
const KEYWORD: FieldMapping = { type: 'keyword', index: false, ignore_above: IGNORE_ABOVE };

/**
 * The fields of a dataset's documents. Dimensions of time-series streams are indexed, as they must be.
 * Source: Elasticsearch 8.19, "Time series data stream" and "Mapping parameters".
 */
export function mappingOf(dataset: Dataset, timeSeries: boolean): Properties {
  const fields = dataset.kind === 'gauge' ? metricFields(dataset, timeSeries) : eventFields(dataset);
  return { '@timestamp': { type: 'date' }, ...dimensionFields(dataset, timeSeries), ...fields };
}

/** The fields of all gauge datasets together: for the stream of documents that come too late. */
export function lateMapping(datasets: readonly Dataset[]): Properties {
  const gauges = datasets.filter((dataset) => dataset.kind === 'gauge');
  return Object.assign({}, ...gauges.map((dataset) => mappingOf(dataset, false)));
}

function dimensionFields(dataset: Dataset, timeSeries: boolean): Properties {
  const mapping: FieldMapping = timeSeries ? { type: 'keyword', time_series_dimension: true } : KEYWORD;
  return Object.fromEntries(Object.keys(dimensionsOf(dataset)).map((name) => [name, mapping]));
}

function metricFields(dataset: GaugeDataset, timeSeries: boolean): Properties {
  const metrics = Object.entries(dataset.metrics);
  return Object.fromEntries(
    metrics.map(([name, { type }]) => [
      name,
      { type: 'double', index: false, ...(timeSeries ? { time_series_metric: type } : {}) },
    ]),
  );
}

function eventFields(dataset: EventDataset): Properties {
  const fields = Object.entries(dataset.fields);
  return Object.fromEntries(fields.map(([name, { type }]) => [name, eventField(type)]));
}

function eventField(type: EventDataset['fields'][string]['type']): FieldMapping {
  if (type === 'keyword') return KEYWORD;
  if (type === 'text') return { type: 'text', norms: false, index_options: 'freqs' };
  return { type, index: false };
}
