import assert from 'node:assert/strict';
import type { LineCollector, LineParser } from '../../src/collect/contract.ts';
import { rowsOf } from '../../src/model/batch-rows.ts';
import { ColumnBatch, type Table } from '../../src/model/column-batch.ts';
import { dimensionsOf, labelNamesOf, type Dataset } from '../../src/model/dataset.ts';

/** A column that a dataset does not declare takes nothing and says nothing: what is asked for tells. */
class WatchedBatch extends ColumnBatch {
  readonly asked = new Map<Dataset, Set<string>>();

  override table(dataset: Dataset): Table {
    const table = super.table(dataset);
    if (this.asked.has(dataset)) return table;
    const names = new Set<string>();
    this.asked.set(dataset, names);
    for (const columns of [table.dimensions, table.texts, table.numbers]) {
      const get = columns.get.bind(columns) as (name: string) => never;
      columns.get = (name) => {
        names.add(name);
        return get(name);
      };
    }
    return table;
  }
}

/** Asserts that the rows of a log are of the collector's datasets, of the tenant, and that no label is an id. */
export function assertDeclared(
  collector: LineCollector,
  parser: LineParser,
  log: Uint8Array,
  tenant: string,
): void {
  const batch = new WatchedBatch();
  parser.parse(log, 0, batch);
  for (const [dataset, names] of batch.asked) {
    assert.ok(collector.datasets.includes(dataset), `dataset ${dataset.name}`);
    const fields = dataset.kind === 'gauge' ? dataset.metrics : dataset.fields;
    const declared = { ...dimensionsOf(dataset), ...fields };
    assert.deepEqual(
      [...names].filter((name) => !(name in declared)),
      [],
      `columns of ${dataset.name}`,
    );
  }
  const labels = new Map(collector.datasets.map((dataset) => [dataset.name, labelNamesOf(dataset)]));
  for (const row of rowsOf(batch)) {
    assert.equal(row['tenant'], tenant);
    for (const label of labels.get(String(row['dataset'])) ?? [])
      assert.doesNotMatch(String(row[label] ?? ''), /^[A-Z][A-Za-z]+-\d+/, `an id as label ${label}`);
  }
}
