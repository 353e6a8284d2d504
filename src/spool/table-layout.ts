import type { Table } from '../model/column-batch.ts';
import { streamName, type Dataset } from '../model/dataset.ts';
import { ByteWriter } from './byte-writer.ts';

/** How a numeric column reads in a document. */
export type NumberForm = 'number' | 'boolean' | 'date';

/** A stretch of a layout's text. */
export interface Fragment {
  readonly start: number;
  readonly end: number;
}

/** The bytes of a dataset's documents that are the same in each. */
export interface TableLayout {
  /** Whether documents carry an id: time-series streams make their own and refuse ours. */
  readonly withId: boolean;
  /** What the fragments are stretches of. */
  readonly text: ByteWriter;
  /** `{"create":{"_index":"…"`, and with an id `,"_id":` */
  readonly action: Fragment;
  /** `,"name":` by dimension and field. */
  readonly keys: ReadonlyMap<string, Fragment>;
  readonly forms: ReadonlyMap<string, NumberForm>;
}

/** The layout of the documents of a table in `namespace`. */
export function tableLayout({ dataset, ...table }: Table, namespace: string): TableLayout {
  const text = new ByteWriter(1024);
  const fragment = (part: string): Fragment => {
    const start = text.length;
    text.bytes(Buffer.from(part));
    return { start, end: text.length };
  };
  const names = [...table.dimensions.keys(), ...table.numbers.keys(), ...table.texts.keys()];
  const withId = dataset.kind === 'event';
  const stream = JSON.stringify(streamName(dataset, namespace));
  return {
    withId,
    text,
    action: fragment(`{"create":{"_index":${stream}${withId ? ',"_id":' : ''}`),
    keys: new Map(names.map((name) => [name, fragment(`,${JSON.stringify(name)}:`)])),
    forms: formsOf(dataset),
  };
}

function formsOf(dataset: Dataset): Map<string, NumberForm> {
  if (dataset.kind !== 'event') return new Map();
  return new Map(
    Object.entries(dataset.fields).map(([name, { type }]) => [
      name,
      type === 'boolean' || type === 'date' ? type : 'number',
    ]),
  );
}
