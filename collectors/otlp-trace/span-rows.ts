import { Routes } from '../../src/collect/lines/route.ts';
import { RowWriter } from '../../src/collect/lines/row-writer.ts';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { cutText } from '../../src/model/cut-text.ts';
import { taskDataset, taskEventId } from '../../src/octopus/task-dataset.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import { attribute } from './attributes.ts';
import { inboundRequest } from './inbound-request.ts';
import { isObject } from './json-object.ts';
import type { Span } from './otlp.ts';
import { SLOW_SECONDS, spanDataset } from './schema.ts';
import { taskExecution, taskIdOf } from './task-execution.ts';

const REQUEST = ['tenant', 'method', 'route', 'status', 'path', 'user', 'host'] as const;
const TASK = ['tenant', 'name', 'state', 'space', 'project', 'task_id', 'description'] as const;
const SPAN = [
  'tenant',
  'scope',
  'kind',
  'outcome',
  'name',
  'trace_id',
  'span_id',
  'task_id',
  'error_type',
] as const;
const DURATION = ['duration_seconds'];
/** Longer names of scopes and spans are cut, characters. */
const MAX_NAME = 200;

/** Makes rows of spans; their time is the span's end. */
export class SpanRows {
  readonly #tenant: string;
  readonly #routes = new Routes();
  readonly #requests = new RowWriter(webRequestDataset, REQUEST, DURATION);
  readonly #tasks = new RowWriter(taskDataset, TASK, DURATION);
  readonly #spans = new RowWriter(spanDataset, SPAN, DURATION);
  #out = new ColumnBatch();

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** Names the batch that rows go to; call it before the first span of each chunk. */
  begin(out: ColumnBatch): void {
    this.#out = out;
    this.#routes.reset();
    for (const rows of [this.#requests, this.#tasks, this.#spans]) rows.begin(out);
  }

  /** Appends the request that a span stands for, if it does. */
  request(span: Span, offset: number): boolean {
    const request = inboundRequest(span);
    if (request === undefined) return false;
    const { method, status, path, user, host } = request;
    this.#append(this.#requests, span, offset, [this.#tenant, method, undefined, status, path, user, host]);
    this.#requests.symbol(REQUEST.indexOf('route'), this.#route(path));
    return true;
  }

  /** Appends the task whose end a span is, unless it is known. */
  task(span: Span, offset: number, isFirst: (id: string) => boolean): boolean {
    const task = taskExecution(span.attributes);
    if (task === undefined) return false;
    const id = taskEventId(this.#tenant, task.id, task.state);
    if (!isFirst(id)) return false;
    const { name, state, space, project, description } = task;
    const cells = [this.#tenant, name, state, space, project, task.id, description];
    this.#append(this.#tasks, span, offset, cells);
    this.#tasks.id(this.#out.symbols.intern(id));
    return true;
  }

  /** Appends a span that failed or was slow. */
  notable(span: Span, offset: number): boolean {
    const { scope, kind, name, traceId, spanId, isError, seconds = 0 } = span;
    if (!isError && seconds < SLOW_SECONDS) return false;
    this.#append(this.#spans, span, offset, [
      this.#tenant,
      cutText(scope, MAX_NAME),
      kind,
      isError ? 'error' : 'slow',
      cutText(name, MAX_NAME),
      traceId,
      spanId,
      taskIdOf(span.attributes),
      errorTypeOf(span),
    ]);
    return true;
  }

  #append(
    rows: RowWriter,
    { endMs, seconds }: Span,
    offset: number,
    cells: readonly (string | undefined)[],
  ): void {
    rows.append(endMs, offset);
    for (const [column, text] of cells.entries()) {
      if (text !== undefined) rows.symbol(column, this.#out.symbols.intern(text));
    }
    if (seconds !== undefined) rows.number(0, seconds);
  }

  #route(path: string): number {
    const bytes = Buffer.from(path);
    return this.#routes.of(this.#out.symbols, this.#out.symbols.intern(path), bytes, 0, bytes.length);
  }
}

/** The type alone: messages and stack traces may hold what must not leave the server. */
function errorTypeOf({ attributes, events }: Span): string | undefined {
  const own = attribute(attributes, 'error.type', 'exception.type');
  if (own !== undefined) return own;
  for (const event of events) {
    const list = isObject(event) && Array.isArray(event['attributes']) ? event['attributes'] : [];
    const type = attribute(list, 'exception.type');
    if (type !== undefined) return type;
  }
  return undefined;
}
