import {
  dimensionsOf,
  isNamedByRows,
  metricsOf,
  streamName,
  type Dataset,
  type EventDataset,
  type GaugeDataset,
  type MetricInfo,
  type SampleNames,
} from '../../src/model/dataset.ts';
import { code, codeList, page, table } from './markdown.ts';

const DEFAULT_SERIES_LIMIT = 1000;

/** The reference of what is collected: one section per dataset, by name. */
export function metricsPage(datasets: readonly Dataset[]): string {
  const sorted = datasets.toSorted((a, b) => a.name.localeCompare(b.name));
  return page('Metrics', [
    `What octowatch collects, by dataset. Each dataset is declared once, in the \`schema.ts\` of its collector; Elasticsearch
mappings, \`/metrics?fleet=1\`, rule checks and this page come from that declaration.

- A **gauge** dataset is a state at a time: one document, and one sample per metric, for each set of dimensions.
- An **event** dataset is things that happened: one document each. Rules do not see the documents but the metrics
  derived from them, which the agent counts in memory; Elasticsearch has the documents and not the derived metrics.
- In streams and documents, \`<namespace>\` is the configuration's \`namespace\`. A field is named as its metric or dimension.
- Dimensions are labels of the metrics, unless marked *document only*. A histogram has the series \`_bucket\`, \`_sum\`
  and \`_count\`.
- What is scraped has names that others chose: the dimensions of such a dataset hold name and labels of each series.`,
    table(
      ['dataset', 'kind', 'what it is'],
      sorted.map(({ name, kind, help }) => [`[${name}](#${name})`, kind, help]),
    ),
    ...sorted.flatMap(section),
  ]);
}

function section(dataset: Dataset): string[] {
  const limit = dataset.seriesLimit ?? DEFAULT_SERIES_LIMIT;
  return [
    `## ${dataset.name}`,
    `${dataset.help} Stream ${code(streamName(dataset, '<namespace>'))}, ${dataset.kind}; at most ${limit} series per tenant, the
excess is counted under the label value \`other\`.`,
    table(['dimension', 'meaning'], Object.entries(dimensionsOf(dataset)).map(dimensionRow)),
    ...(dataset.kind === 'event' ? [fieldTable(dataset)] : []),
    ...(isNamedByRows(dataset)
      ? [valueTable(dataset)]
      : [table(['metric', 'type', 'unit', 'labels', 'meaning'], metricsOf(dataset).map(metricRow))]),
    ...(dataset.kind === 'gauge' && dataset.samples !== undefined ? [samplesText(dataset.samples)] : []),
  ];
}

/** The field of a document whose series has a name of its own. */
function valueTable({ metrics }: GaugeDataset): string {
  const rows = Object.entries(metrics).map(([name, { type, help }]) => [code(name), type, help]);
  return table(['field of the document', 'type', 'meaning'], rows);
}

function samplesText({ name, labels }: SampleNames): string {
  const named =
    name === undefined
      ? ''
      : `A series is called what ${code(name)} says; no series has the name of the field. `;
  return `${named}The labels in ${code(labels)} are labels of the series.`;
}

function dimensionRow([name, { help, label }]: [string, { help: string; label?: boolean }]): string[] {
  return [code(name), label === false ? `${help} *Document only.*` : help];
}

function fieldTable(dataset: EventDataset): string {
  const rows = Object.entries(dataset.fields).map(([name, { type, unit, help }]) => [
    code(name),
    type,
    unit ?? '–',
    help,
  ]);
  return table(['field of the document', 'type', 'unit', 'meaning'], rows);
}

function metricRow({ name, type, unit, labels, help, dataset }: MetricInfo): string[] {
  return [code(name), type, unit === 'none' ? '–' : unit, codeList(labels), help + detail(dataset, name)];
}

/** What of an event counts, and into which buckets. */
function detail(dataset: Dataset, metric: string): string {
  if (dataset.kind === 'gauge') return '';
  const { where = {}, buckets } = dataset.derives[metric] ?? {};
  const conditions = Object.entries(where).map(([name, values]) => `${code(name)} ${values.join(' or ')}`);
  return [
    conditions.length === 0 ? '' : ` Only where ${conditions.join(' and ')}.`,
    buckets === undefined ? '' : ` Buckets: ${buckets.join(', ')}.`,
  ].join('');
}
