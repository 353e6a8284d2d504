import { metricsOf, seriesNamesOf, type Dataset, type MetricInfo } from '../../model/dataset.ts';
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
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
    if (text !== '') yield `# HELP ${name} Recorded by a rule.\n# TYPE ${name} untyped\n${text}`;
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
  return `${name}${labelsOf(columns.labels[id] ?? {})} ${value} ${block.times.get(last)}\n`;
}

function labelsOf(labels: Labels): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(labels)) {
    if (name !== METRIC_NAME) pairs.push(`${name}="${escapeValue(value)}"`);
  }
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function numberOf(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
