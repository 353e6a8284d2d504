import { metricsOf, seriesNamesOf, type Dataset, type MetricInfo } from '../../model/dataset.ts';
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { HeadSeries } from './head-series.ts';
import type { SeriesIndex } from './series-index.ts';

/**
 * The latest sample of each series that is not stale, with its time: Prometheus text format 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats), one piece of text for each metric.
 */
export function* exposition(index: SeriesIndex, datasets: readonly Dataset[]): Iterable<string> {
  const declared = new Set<string>();
  for (const metric of datasets.flatMap(metricsOf)) {
    const names = seriesNamesOf(metric);
    for (const name of names) declared.add(name);
    const text = names.map((name) => samplesOf(index, name)).join('');
    if (text !== '') yield headOf(metric) + text;
  }
  for (const name of index.names()) {
    if (declared.has(name)) continue;
    const text = samplesOf(index, name);
    if (text !== '') yield `# HELP ${name} Recorded by a rule.\n# TYPE ${name} untyped\n${text}`;
  }
}

function headOf({ name, help, type }: MetricInfo): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

function samplesOf(index: SeriesIndex, name: string): string {
  let text = '';
  for (const series of index.named(name)) if (isLive(series)) text += sampleOf(name, series);
  return text;
}

function isLive(series: HeadSeries): boolean {
  return !series.stale && series.last >= series.block.first;
}

function sampleOf(name: string, series: HeadSeries): string {
  const time = series.block.times.get(series.last);
  return `${name}${labelsOf(series.labels)} ${numberOf(series.values.get(series.last))} ${time}\n`;
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
