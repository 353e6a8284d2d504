/** A request as the fake sees it; the body unpacked. */
export interface ApiRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: object;
}

/** Gives an item of a bulk request a status of its own, by its place and id; undefined: it is taken. */
export type ItemStatus = (index: number, id: string) => number | undefined;

/** What an item that is refused is told. */
export type ItemReason = (index: number, document: string) => string;

/**
 * Elasticsearch in memory, as far as the store uses it: templates, data streams with backing indexes in which an id is
 * unique (and nowhere else), `_bulk` with `create`, `_rollover`, `_resolve/index`, `_mget`.
 */
export class ElasticsearchApi {
  readonly templates = new Map<string, unknown>();
  /** Documents in each bulk request, in order of arrival. */
  readonly bulks: number[] = [];
  /** Whether the credential may only create: nothing can be looked up. */
  mayRead = true;
  /** Documents by id, for each backing index of a stream, the write index last. */
  readonly #streams = new Map<string, Map<string, unknown>[]>();

  answer(
    { method, path, body }: ApiRequest,
    statusOf: ItemStatus = () => undefined,
    reasonOf: ItemReason = () => 'x',
  ): ApiAnswer {
    const [, first = '', second = '', third = ''] = path.split('/').map(decodeURIComponent);
    if (path === '/') return { status: 200, body: {} };
    if (path === '/_bulk') return this.#bulk(body, statusOf, reasonOf);
    if (first === '_index_template') return this.#template(method, second, body);
    if (first === '_resolve') return this.#resolve(third);
    if (second === '_mget') return this.#get(first, (JSON.parse(body) as { ids: string[] }).ids);
    if (second === '_rollover') return this.rollOver(first);
    return failure(404, 'no_handler');
  }

  /** Begins a new backing index. */
  rollOver(stream: string): ApiAnswer {
    const indexes = this.#streams.get(stream);
    if (indexes === undefined) return failure(404, 'index_not_found_exception');
    indexes.push(new Map());
    return { status: 200, body: { rolled_over: true } };
  }

  /** Documents by stream and id, over all backing indexes. */
  documents(): Map<string, Map<string, unknown>> {
    const entries = [...this.#streams].map(
      ([stream, indexes]) => [stream, new Map(indexes.flatMap((index) => [...index]))] as const,
    );
    return new Map(entries);
  }

  /** How often each id is stored, over all backing indexes of all streams. */
  copies(): Map<string, number> {
    const copies = new Map<string, number>();
    for (const id of [...this.#streams.values()].flat().flatMap((index) => [...index.keys()])) {
      copies.set(id, (copies.get(id) ?? 0) + 1);
    }
    return copies;
  }

  #bulk(body: string, statusOf: ItemStatus, reasonOf: ItemReason): ApiAnswer {
    const lines = body.split('\n');
    const count = (lines.length - 1) / 2;
    this.bulks.push(count);
    const items = Array.from({ length: count }, (_, index) => {
      const { create } = JSON.parse(lines[index * 2] ?? '') as { create: { _index: string; _id?: string } };
      const status =
        statusOf(index, create['_id'] ?? '') ??
        this.#create(create['_index'], create['_id'], lines[index * 2 + 1]);
      const reason = status < 300 ? '' : reasonOf(index, lines[index * 2 + 1] ?? '');
      const error = status < 300 ? {} : { error: { type: `scripted_${status}`, reason } };
      return { create: { status, ...error } };
    });
    return { status: 200, body: { errors: items.some(({ create }) => create.status >= 300), items } };
  }

  /** The status of one `create`: 201, or 409 when the write index has the id. */
  #create(stream: string, own: string | undefined, document = ''): number {
    const indexes = this.#streams.get(stream) ?? [new Map<string, unknown>()];
    this.#streams.set(stream, indexes);
    const index = indexes.at(-1) ?? new Map<string, unknown>();
    const id = own ?? `made-${indexes.length}-${index.size}`;
    if (index.has(id)) return 409;
    index.set(id, JSON.parse(document));
    return 201;
  }

  #template(method: string, name: string, body: string): ApiAnswer {
    if (method === 'PUT') {
      this.templates.set(name, JSON.parse(body));
      return { status: 200, body: { acknowledged: true } };
    }
    const template = this.templates.get(name);
    if (template === undefined) return failure(404, 'resource_not_found_exception');
    return { status: 200, body: { index_templates: [{ name, index_template: template }] } };
  }

  #resolve(names: string): ApiAnswer {
    if (!this.mayRead) return failure(403, 'security_exception');
    const found: object[] = [];
    for (const pattern of names.split(',')) {
      const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      const streams = [...this.#streams].filter(([stream]) => expression.test(stream));
      if (streams.length === 0 && !pattern.includes('*')) return failure(404, 'index_not_found_exception');
      for (const [name, { length }] of streams) {
        found.push({ name, backing_indices: Array.from({ length }, (_, at) => backingName(name, at)) });
      }
    }
    return { status: 200, body: { indices: [], aliases: [], data_streams: found } };
  }

  #get(name: string, ids: readonly string[]): ApiAnswer {
    if (!this.mayRead) return failure(403, 'security_exception');
    const [stream = '', number = ''] = name.slice('.ds-'.length).split(/-(?=\d{6}$)/);
    const index = this.#streams.get(stream)?.[Number(number) - 1];
    if (index === undefined) return failure(404, 'index_not_found_exception');
    return { status: 200, body: { docs: ids.map((id) => ({ _id: id, found: index.has(id) })) } };
  }
}

function backingName(stream: string, at: number): string {
  return `.ds-${stream}-${String(at + 1).padStart(6, '0')}`;
}

function failure(status: number, type: string): ApiAnswer {
  return { status, body: { error: { type, reason: type }, status } };
}
