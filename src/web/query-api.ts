import { Hono, type Context } from 'hono';
import { parseDuration } from '../model/duration.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { METRIC_NAME } from '../model/labels.ts';
import { evaluateInstant, evaluateRangeYielding } from '../promql/evaluate.ts';
import { parseExpression } from '../promql/parser.ts';
import type { Value } from '../promql/value.ts';
import type { WebSources } from './sources.ts';

const QUERY_MS = 30_000;
const MAX_STEPS = 11_000;

/** `/api/v1/query` and `/api/v1/query_range` as Prometheus answers them (prometheus.io, HTTP API). */
export function queryApi({ reader, clock }: Pick<WebSources, 'reader' | 'clock'>): Hono {
  const app = new Hono();
  const deadline = (): { clock: typeof clock; at: number } => ({ clock, at: clock.now() + QUERY_MS });
  app.on(['GET', 'POST'], '/query', (context) =>
    answer(context, async (parameters) => {
      const time = toTime(parameters['time'], clock.now());
      return toResult(evaluateInstant(parse(parameters), { reader, time, deadline: deadline() }), time);
    }),
  );
  app.on(['GET', 'POST'], '/query_range', (context) =>
    answer(context, async (parameters) => {
      const [start, end] = [toTime(parameters['start']), toTime(parameters['end'])];
      const step = toStep(parameters['step']);
      if (end < start) throw new Failure('invalid', 'end is before start');
      if ((end - start) / step > MAX_STEPS)
        throw new Failure('invalid', `more than ${MAX_STEPS} points per series: use a larger step`);
      return toResult(
        await evaluateRangeYielding(
          parse(parameters),
          { reader, start, end, step, deadline: deadline() },
          nextTurn,
        ),
        end,
      );
    }),
  );
  return app;
}

/** Lets polls and rules have their turn between the steps of a long query. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function answer(
  context: Context,
  work: (parameters: Record<string, string>) => Promise<object>,
): Promise<Response> {
  try {
    const form = context.req.method === 'POST' ? await context.req.parseBody() : {};
    const texts = Object.entries(form).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    const data = await work({ ...context.req.query(), ...Object.fromEntries(texts) });
    return context.json({ status: 'success', data });
  } catch (error) {
    const bad = error instanceof Failure && error.reason === 'invalid';
    const body = { status: 'error', errorType: bad ? 'bad_data' : 'execution', error: messageOf(error) };
    return context.json(body, bad ? 400 : 422);
  }
}

function parse(parameters: Record<string, string>): ReturnType<typeof parseExpression> {
  return parseExpression(parameters['query'] ?? '');
}

function toTime(text: string | undefined, fallback?: number): number {
  if (text === undefined && fallback !== undefined) return fallback;
  const seconds = Number(text);
  const time =
    text !== undefined && text !== '' && Number.isFinite(seconds)
      ? Math.round(seconds * 1000)
      : Date.parse(text ?? '');
  if (Number.isNaN(time))
    throw new Failure('invalid', `not a time: ${JSON.stringify(text ?? '')} (write seconds or RFC 3339)`);
  return time;
}

function toStep(text: string | undefined): number {
  const seconds = Number(text);
  const step = text !== undefined && Number.isFinite(seconds) ? seconds * 1000 : parseDuration(text ?? '');
  if (step <= 0) throw new Failure('invalid', 'step must be longer than zero');
  return step;
}

function toResult(value: Value, time: number): object {
  const sample = (ms: number, number: number): [number, string] => [ms / 1000, formatValue(number)];
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: sample(time, value.value) };
    case 'string':
      return { resultType: 'string', result: [time / 1000, value.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: value.labels.map((labels, i) => ({
          metric: nameFirst(labels),
          value: sample(time, value.values[i] ?? Number.NaN),
        })),
      };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: value.series.map(({ labels, timestamps, values }) => ({
          metric: nameFirst(labels),
          values: Array.from(timestamps, (ms, i) => sample(ms, values[i] ?? Number.NaN)),
        })),
      };
  }
}

function nameFirst(labels: Readonly<Record<string, string>>): Record<string, string> {
  const { [METRIC_NAME]: name, ...rest } = labels;
  return name === undefined ? rest : { [METRIC_NAME]: name, ...rest };
}

function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
