import { streamName, type Dataset } from '../model/dataset.ts';

/** How a numeric column reads in a document. */
export type NumberForm = 'number' | 'boolean' | 'date';

/** The bytes of a dataset's documents that are the same in each. */
export interface TableLayout {
  /** Whether documents carry an id: time-series streams make their own and refuse ours. */
  readonly withId: boolean;
  /** `{"create":{"_index":"…"` */
  readonly action: Buffer;
  /** `,"name":` by dimension and field. */
  readonly keys: ReadonlyMap<string, Buffer>;
  readonly forms: ReadonlyMap<string, NumberForm>;
}

/** The layout of the documents of `dataset` in `namespace`. */
export function tableLayout(dataset: Dataset, names: Iterable<string>, namespace: string): TableLayout {
  const keys = new Map<string, Buffer>();
  for (const name of names) keys.set(name, Buffer.from(`,${JSON.stringify(name)}:`));
  const stream = JSON.stringify(streamName(dataset, namespace));
  return {
    withId: dataset.kind === 'event',
    action: Buffer.from(`{"create":{"_index":${stream}`),
    keys,
    forms: new Map(dataset.kind === 'event' ? Object.entries(dataset.fields).map(formOf) : []),
  };
}

function formOf([name, { type }]: [string, { type: string }]): [string, NumberForm] {
  return [name, type === 'boolean' || type === 'date' ? type : 'number'];
}
