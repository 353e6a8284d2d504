import { metricsOf, seriesNamesOf, type Dataset } from '../../model/dataset.ts';
import { headOf, sampleLine } from './exposition-lines.ts';
import type { HeadWindow } from './head-window.ts';
import { BLOCK, endsStale, LAST, RECORD } from './series-columns.ts';
import type { SeriesStore } from './series-store.ts';

const HELP = 'Recorded by a rule, or scraped.';

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
    if (text !== '') yield headOf({ name, help: HELP, type: 'untyped' }) + text;
  }
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
  return sampleLine(name, columns.labels[id] ?? {}, values.value(at, last), block.times.get(last));
}
