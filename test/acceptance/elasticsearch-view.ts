/** What a test reads back from Elasticsearch. */
export interface ElasticsearchView {
  /** Documents of a stream that match, after a refresh; 0 when there is no such stream. */
  count(stream: string, query?: object): Promise<number>;
  /** The sources of matching documents, newest first. */
  search(stream: string, query?: object, size?: number): Promise<Record<string, unknown>[]>;
  /** How many distinct values a keyword field has. */
  cardinality(stream: string, field: string): Promise<number>;
  /** The mapped fields of a stream: name to type. */
  fieldTypes(stream: string): Promise<Record<string, string>>;
}

const ALL = { match_all: {} };
const TIMEOUT_MS = 20_000;

/** Reads from the server at `url`, without credentials. */
export function elasticsearchView(url: string): ElasticsearchView {
  async function call<Answer>(path: string, body?: object): Promise<Answer | undefined> {
    const response = await fetch(`${url}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return JSON.parse(await response.text());
  }
  async function search(stream: string, body: object): Promise<SearchAnswer | undefined> {
    await call(`${stream}/_refresh`);
    return call<SearchAnswer>(`${stream}/_search`, body);
  }
  return {
    count: async (stream, query = ALL) =>
      (await search(stream, { query, size: 0, track_total_hits: true }))?.hits.total.value ?? 0,
    search: async (stream, query = ALL, size = 10) =>
      (await search(stream, { query, size, sort: [{ '@timestamp': 'desc' }] }))?.hits.hits.map(
        ({ _source }) => _source,
      ) ?? [],
    cardinality: async (stream, field) =>
      (
        await search(stream, {
          size: 0,
          aggs: { n: { cardinality: { field, precision_threshold: 40_000 } } },
        })
      )?.aggregations?.n.value ?? 0,
    async fieldTypes(stream) {
      const answer = await call<Record<string, MappingAnswer>>(`${stream}/_mapping`);
      const [index] = Object.values(answer ?? {});
      return Object.fromEntries(
        Object.entries(index?.mappings.properties ?? {}).map(([name, { type }]) => [name, type]),
      );
    },
  };
}

interface SearchAnswer {
  readonly hits: {
    readonly total: { readonly value: number };
    readonly hits: readonly { readonly _source: Record<string, unknown> }[];
  };
  readonly aggregations?: { readonly n: { readonly value: number } };
}

interface MappingAnswer {
  readonly mappings: { readonly properties?: Record<string, { readonly type: string }> };
}
