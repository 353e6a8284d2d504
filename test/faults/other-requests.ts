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

/** All requests but bulks: templates, streams and their backing indexes, searches for ids. */
export function answerOther(request: OtherRequest): Answer {
  const [, first = '', second = ''] = request.pathname.split('/').map((part) => decodeURIComponent(part));
  if (first === '_index_template') return answerTemplate(request, second);
  const matching = streamsOf(request, first === '_data_stream' || first === '_resolve' ? second : first);
  if (matching.length === 0) return NOT_FOUND;
  if (first === '_data_stream') return found({ data_streams: matching.map((stream) => describe(stream)) });
  if (second === '_search') return search(request, matching);
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
  return { name: stream.name, indices: stream.names.map((name) => ({ index_name: name })) };
}

/** Searches by `ids`, wherever in the query they stand. */
function search({ body }: OtherRequest, streams: readonly StreamIndices[]): Answer {
  const { 1: list = '[]' } = /"ids":\{"values":(\[[^\]]*\])/.exec(body.toString()) ?? [];
  const ids: string[] = JSON.parse(list);
  const hits = streams.flatMap((stream) => stream.find(ids));
  return found({ timed_out: false, hits: { total: { value: hits.length, relation: 'eq' }, hits } });
}

function rollOver(streams: readonly StreamIndices[]): Answer {
  for (const stream of streams) stream.rollOver();
  return found({ acknowledged: true, rolled_over: true });
}

function found(answer: object): Answer {
  return { status: 200, answer };
}
