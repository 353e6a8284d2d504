import type { StreamIndices } from './stream-indices.ts';

export interface OtherRequest {
  readonly method: string;
  readonly pathname: string;
  readonly body: Buffer;
  readonly streams: ReadonlyMap<string, StreamIndices>;
  readonly templates: Map<string, unknown>;
}

interface Answer {
  readonly status: number;
  readonly answer: object;
}

const NOT_FOUND: Answer = {
  status: 404,
  answer: { error: { type: 'index_not_found_exception' }, status: 404 },
};

/** All requests but bulks: templates, streams and their backing indexes, looking for ids. */
export function answerOther(request: OtherRequest): Answer {
  const [, first = '', second = '', third = ''] = request.pathname
    .split('/')
    .map((part) => decodeURIComponent(part));
  if (first === '_index_template') return answerTemplate(request, second);
  if (second === '_mget') return getMany(request, first);
  const matching = streamsOf(request, first === '_resolve' ? third : first);
  if (matching.length === 0) return NOT_FOUND;
  if (first === '_resolve') return found({ data_streams: matching.map((stream) => describe(stream)) });
  if (second === '_rollover') return rollOver(matching);
  if (second === '_mapping' && request.method === 'PUT') return found({ acknowledged: true });
  return found(Object.fromEntries(matching.flatMap((stream) => stream.names.map((name) => [name, {}]))));
}

function answerTemplate({ method, body, templates }: OtherRequest, name: string): Answer {
  if (method === 'PUT') {
    templates.set(name, JSON.parse(body.toString()));
    return found({ acknowledged: true });
  }
  const template = templates.get(name);
  if (template === undefined) return NOT_FOUND;
  return found({ index_templates: [{ name, index_template: template }] });
}

/** The streams of a comma list with wildcards. */
function streamsOf({ streams }: OtherRequest, list: string): StreamIndices[] {
  const patterns = list
    .split(',')
    .map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
  return [...streams.values()].filter(({ name }) => patterns.some((pattern) => pattern.test(name)));
}

function describe(stream: StreamIndices): object {
  return { name: stream.name, backing_indices: stream.names };
}

/** Which of some ids a backing index has. */
function getMany({ body, streams }: OtherRequest, index: string): Answer {
  const stream = [...streams.values()].find(({ names }) => names.includes(index));
  if (stream === undefined) return NOT_FOUND;
  const { ids }: { ids: readonly string[] } = JSON.parse(body.toString());
  return found({ docs: ids.map((id) => ({ _index: index, _id: id, found: stream.has(index, id) })) });
}

function rollOver(streams: readonly StreamIndices[]): Answer {
  for (const stream of streams) stream.rollOver();
  return found({ acknowledged: true, rolled_over: true });
}

function found(answer: object): Answer {
  return { status: 200, answer };
}
