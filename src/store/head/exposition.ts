import { metricsOf, seriesNamesOf, type Dataset, type MetricInfo } from '../../model/dataset.ts';
import { labelPair, quoted } from '../../model/label-text.ts';
import { isMetricName, METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { HeadWindow } from './head-window.ts';
import { BLOCK, endsStale, LAST, RECORD } from './series-columns.ts';
import type { SeriesStore } from './series-store.ts';

/**
 * The latest sample of each series that is not stale, with its time: Prometheus text format 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats), one piece of text for each metric.
 */
export function* exposition({ index, store }: HeadWindow, datasets: readonly Dataset[]): Iterable<string> {
  const declared = new Set<string>();
  for (const metric of datasets.flatMap(metricsOf)) {
    const names = seriesNamesOf(metric);
    for (const name of names) declared.add(name);
    const text = names.map((name) => samplesOf(index.named(name), store, name)).join('');
    if (text !== '') yield headOf(metric) + text;
  }
  for (const name of index.names()) {
    if (declared.has(name)) continue;
    const text = samplesOf(index.named(name), store, name);
    if (text === '') continue;
    const shown = isMetricName(name) ? name : quoted(name);
    yield `# HELP ${shown} Recorded by a rule, or scraped.\n# TYPE ${shown} untyped\n${text}`;
  }
}

function headOf({ name, help, type }: MetricInfo): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

function samplesOf(ids: Iterable<number>, store: SeriesStore, name: string): string {
  let text = '';
  for (const id of ids) text += sampleOf(store, id, name);
  return text;
}

function sampleOf({ columns, values, blocks }: SeriesStore, id: number, name: string): string {
  const at = id * RECORD;
  const block = blocks[columns.records[at + BLOCK] ?? 0];
  const last = columns.records[at + LAST] ?? -1;
  if (block === undefined || last < block.first || endsStale(columns.records, at)) return '';
  const value = numberOf(values.value(at, last));
  return `${seriesOf(name, columns.labels[id] ?? {})} ${value} ${block.times.get(last)}\n`;
}

/** A name that is no plain one stands in quotes between the braces, as Prometheus 3 has it. */
function seriesOf(name: string, labels: Labels): string {
  const isPlain = isMetricName(name);
  const parts = isPlain ? [] : [quoted(name)];
  for (const [label, value] of Object.entries(labels))
    if (label !== METRIC_NAME) parts.push(labelPair(label, value));
  const braces = parts.length === 0 ? '' : `{${parts.join(',')}}`;
  return isPlain ? name + braces : braces;
}

function numberOf(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
