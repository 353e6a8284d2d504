import type { Table } from '../model/column-batch.ts';
import { ColumnBatch } from '../model/column-batch.ts';
import { metricsOf, seriesNamesOf, type EventDataset, type GaugeDataset } from '../model/dataset.ts';
import { formatLabels, labelsKey, METRIC_NAME, type Labels } from '../model/labels.ts';
import type { Point } from '../model/point.ts';
import type { SymbolTable } from '../model/symbols.ts';
import { EventCounter } from '../store/head/event-counter.ts';
import { headOf, sampleLine } from '../store/head/exposition-lines.ts';
import { RowReader } from '../store/head/row-reader.ts';

/** Points of several polls as one page of Prometheus text, which holds each series once. */
export class PointExposition {
  readonly #batch = new ColumnBatch();

  /** @param tenant whose points without one are */
  add(points: readonly Point[], tenant: string): void {
    for (const point of points) this.#batch.add(point, tenant);
  }

  /** The page, and what of the points is not in it: sentences for people. */
  page(): { readonly text: string; readonly notes: readonly string[] } {
    const series = new SeriesByName();
    const notes: string[] = [];
    for (const table of this.#batch.tables()) {
      const { dataset } = table;
      if (dataset.kind === 'gauge') addGauges(table, dataset, this.#batch.symbols, series);
      else notes.push(...addEvents(table, dataset, this.#batch.symbols, series));
    }
    const pieces = Array.from(this.#batch.tables(), ({ dataset }) => dataset).flatMap(metricsOf);
    let text = '';
    for (const metric of pieces) {
      const lines = seriesNamesOf(metric)
        .map((name) => series.take(name))
        .join('');
      if (lines !== '') text += headOf(metric) + lines;
    }
    for (const name of series.names())
      text += headOf({ name, help: 'Scraped.', type: 'untyped' }) + series.take(name);
    return { text, notes: [...notes, ...series.notes()] };
  }
}

/** Lines of samples, by the name of the series. */
class SeriesByName {
  readonly #lines = new Map<string, string[]>();
  readonly #seen = new Set<string>();
  readonly #repeated: string[] = [];

  add(labels: Labels, value: number): void {
    const key = labelsKey(labels);
    if (this.#seen.has(key)) {
      this.#repeated.push(formatLabels(labels));
      return;
    }
    this.#seen.add(key);
    const name = labels[METRIC_NAME] ?? '';
    const lines = this.#lines.get(name) ?? [];
    this.#lines.set(name, lines);
    lines.push(sampleLine(name, labels, value));
  }

  /** The lines of a name; they are gone then. */
  take(name: string): string {
    const lines = this.#lines.get(name) ?? [];
    this.#lines.delete(name);
    return lines.join('');
  }

  /** The names that are left. */
  names(): readonly string[] {
    return [...this.#lines.keys()];
  }

  *notes(): Iterable<string> {
    const [first] = this.#repeated;
    if (first !== undefined)
      yield `${this.#repeated.length} samples are of series that were there before, such as ${first}: the first is shown`;
  }
}

function addGauges(table: Table, dataset: GaugeDataset, symbols: SymbolTable, series: SeriesByName): void {
  const rows = new RowReader(table, dataset, symbols);
  for (let row = 0; row < table.rows; row++) {
    for (let metric = 0; metric < rows.metrics.length; metric++) {
      const value = rows.value(metric, row);
      if (!Number.isNaN(value)) series.add(rows.labels(row, metric), value);
    }
  }
}

/** Events are no samples: what the agent counts of them is shown, as if they were the first it met. */
function* addEvents(
  table: Table,
  dataset: EventDataset,
  symbols: SymbolTable,
  series: SeriesByName,
): Iterable<string> {
  const counter = new EventCounter(dataset);
  counter.add(table, symbols, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  const derived = Array.from(counter.tallies.values()).flatMap(({ counters }) => counters);
  for (const { labels, total } of derived) series.add(labels, total);
  const count = `${table.rows} ${table.rows === 1 ? 'event' : 'events'} of ${dataset.name}`;
  const shown = derived.length === 0 ? 'are no metrics' : 'are shown as what is counted of them';
  yield `${count} ${shown}; -o json prints them`;
}
