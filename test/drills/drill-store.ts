import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { datasets } from '../../collectors/index.ts';
import { metricsOf } from '../../src/model/dataset.ts';
import type { SeededRandom } from '../../src/simulator/random.ts';
import { startFakeElasticsearch, type BulkBehaviour } from '../fakes/elasticsearch.ts';

/** How often the daemon is killed with each kind of store. */
export const STORES: Readonly<Record<string, number>> = { Elasticsearch: 10, embedded: 5 };

/** A store that a drill reads back. */
export interface DrillStore {
  /** `store` of the configuration. */
  readonly config: object;
  /** Paths of the requests that are stored of a tenant. */
  paths(tenant: string): Promise<readonly unknown[]>;
  /** Events of any dataset that are stored of a tenant. */
  events(tenant: string): Promise<number>;
  /** All documents there are. */
  documents(): Promise<number>;
  /** Makes some of the next deliveries fail, where that can be done from outside. */
  disturb(random: SeededRandom): void;
  /** Ends that. */
  calm(): void;
  close(): Promise<void>;
}

export function openDrillStore(kind: string, dataDirectory: string, namespace: string): Promise<DrillStore> {
  return kind === 'embedded' ? openEmbedded(dataDirectory) : openElasticsearch(namespace);
}

const DISTURBANCES: readonly BulkBehaviour[] = [
  { kind: 'ok' },
  { kind: 'reset' },
  { kind: 'cut' },
  { kind: 'status', status: 503 },
  { kind: 'items', status: (index) => (index % 3 === 0 ? 429 : undefined) },
];

async function openElasticsearch(namespace: string): Promise<DrillStore> {
  const fake = await startFakeElasticsearch();
  const documents = (stream: string): Record<string, unknown>[] =>
    [...(fake.streams.get(stream)?.values() ?? [])].map((document) => ({ ...(document as object) }));
  return {
    config: { elasticsearch: { nodes: [fake.url] } },
    paths: async (tenant) =>
      documents(`logs-octopus.web_request-${namespace}`)
        .filter((document) => document['tenant'] === tenant)
        .map(({ path }) => path),
    async events(tenant) {
      const streams = [...fake.streams.keys()].filter((name) => name.startsWith('logs-'));
      return streams.flatMap(documents).filter((document) => document['tenant'] === tenant).length;
    },
    documents: async () => [...fake.streams.values()].reduce((sum, stream) => sum + stream.size, 0),
    disturb(random) {
      for (let count = 0; count < 3; count++) {
        const behaviour = DISTURBANCES[Math.floor(random.next() * DISTURBANCES.length)];
        if (behaviour !== undefined) fake.next(behaviour);
      }
    },
    calm: fake.calm,
    close: fake.close,
  };
}

/** Read from its file, also while a daemon writes it. */
async function openEmbedded(dataDirectory: string): Promise<DrillStore> {
  function query(text: string, ...values: string[]): Record<string, unknown>[] {
    using database = closing(new DatabaseSync(join(dataDirectory, 'store.db'), { readOnly: true }));
    return database.value.prepare(text).all(...values);
  }
  const datasetOf = new Map(datasets.flatMap(metricsOf).map(({ name, dataset }) => [name, dataset.name]));
  return {
    config: {},
    paths: async (tenant) =>
      query("SELECT document FROM events WHERE dataset = 'web_request' AND tenant = ?", tenant).map(
        ({ document }) => JSON.parse(String(document)).path,
      ),
    events: async (tenant) => query('SELECT number FROM events WHERE tenant = ?', tenant).length,
    async documents() {
      const gauges = query('SELECT labels, time FROM samples JOIN series ON series.number = samples.series');
      const keys = gauges.map(({ labels, time }) => {
        const { __name__: name = '', ...entity }: Record<string, string> = JSON.parse(String(labels));
        return JSON.stringify([datasetOf.get(name), entity, time]);
      });
      return query('SELECT number FROM events').length + new Set(keys).size;
    },
    disturb() {},
    calm() {},
    close: async () => {},
  };
}

function closing(database: DatabaseSync): { value: DatabaseSync } & Disposable {
  return { value: database, [Symbol.dispose]: () => database.close() };
}
