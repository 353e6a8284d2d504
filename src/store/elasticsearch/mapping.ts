import {
  dimensionsOf,
  type Dataset,
  type EventDataset,
  type GaugeDataset,
  type Rollup,
} from '../../model/dataset.ts';
import { ROLLUP_ID, rollupFields } from '../../model/rollup.ts';

/** Longer values stay in the document and are not searchable: a doc value may have 32,766 bytes. */
const IGNORE_ABOVE = 1024;

/** An event dataset that is rolled up. */
export type RolledUp = EventDataset & { readonly rollup: Rollup };

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
  return {
    '@timestamp': { type: 'date' },
    ...dimensionFields(Object.keys(dimensionsOf(dataset)), timeSeries),
    ...fields,
  };
}

/** Whether rollups are kept of a dataset. */
export function isRolledUp(dataset: Dataset): dataset is RolledUp {
  return dataset.kind === 'event' && dataset.rollup !== undefined;
}

/** The fields of a dataset's rollups: all numbers of a group and window in one document. */
export function rollupMapping(dataset: RolledUp, timeSeries: boolean): Properties {
  const numbers = Object.entries(rollupFields(dataset.rollup)).map(([name, { type }]) => [
    name,
    // Deltas: a gauge to the server, as its counters must rise.
    { type, index: false, ...(timeSeries ? { time_series_metric: 'gauge' } : {}) },
  ]);
  return {
    '@timestamp': { type: 'date' },
    ...dimensionFields(rollupDimensions(dataset), timeSeries),
    [ROLLUP_ID]: { type: 'keyword', index: false },
    ...Object.fromEntries(numbers),
  };
}

/** The dimensions of a dataset's rollups. */
export function rollupDimensions({ rollup }: RolledUp): readonly string[] {
  return ['tenant', ...rollup.by];
}

/** The fields of all gauges and rollups together: for the stream of documents that come too late. */
export function lateMapping(datasets: readonly Dataset[]): Properties {
  const own = datasets.map((dataset) => {
    if (dataset.kind === 'gauge') return mappingOf(dataset, false);
    return isRolledUp(dataset) ? rollupMapping(dataset, false) : {};
  });
  return Object.assign({}, ...own);
}

function dimensionFields(names: readonly string[], timeSeries: boolean): Properties {
  const mapping: FieldMapping = timeSeries ? { type: 'keyword', time_series_dimension: true } : KEYWORD;
  return Object.fromEntries(names.map((name) => [name, mapping]));
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
  // Seven digits are what a log has of a duration, in half of the disk; rollups add up doubles.
  if (type === 'double') return { type: 'float', index: false };
  if (type === 'text') return { type: 'text', norms: false, index_options: 'freqs' };
  return { type, index: false };
}
