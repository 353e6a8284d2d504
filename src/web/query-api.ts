import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Failure, messageOf } from '../model/failure.ts';
import { evaluateInstant, evaluateRangeYielding } from '../promql/evaluate.ts';
import { instantQueryOf, rangeQueryOf, type Parameters } from './query-parameters.ts';
import { queryResult, type QueryResult } from './query-result.ts';
import type { WebSources } from './sources.ts';

/** One that runs in one go holds up polls and rules meanwhile, ms. */
const INSTANT_MS = 2000;
const RANGE_MS = 30_000;
const MAX_FORM_BYTES = 1024 * 1024;

const STATUS = { bad_data: 400, execution: 422, timeout: 503, internal: 500 } as const;
type ErrorType = keyof typeof STATUS;

/** `/query` and `/query_range` as Prometheus answers them below `/api/v1` (prometheus.io, HTTP API). */
export function queryApi({ reader, clock }: Pick<WebSources, 'reader' | 'clock'>): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES }));
  app.on(['GET', 'POST'], '/query', (context) =>
    answer(
      context,
      (parameters) => instantQueryOf(parameters, clock.now()),
      ({ expr, time }) => {
        const deadline = { clock, at: clock.now() + INSTANT_MS };
        return queryResult(evaluateInstant(expr, { reader, time, deadline }), time);
      },
    ),
  );
  app.on(['GET', 'POST'], '/query_range', (context) =>
    answer(context, rangeQueryOf, async ({ expr, ...range }) => {
      const { signal } = context.req.raw;
      const deadline = { clock, at: clock.now() + RANGE_MS };
      const options = { reader, ...range, deadline, signal };
      return queryResult(await evaluateRangeYielding(expr, options, nextTurn), range.end);
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

async function answer<Query>(
  context: Context,
  read: (parameters: Parameters) => Query,
  evaluate: (query: Query) => QueryResult | Promise<QueryResult>,
): Promise<Response> {
  let query: Query;
  try {
    query = read(await parametersOf(context));
  } catch (error) {
    return refusal(context, 'bad_data', error);
  }
  try {
    return context.json({ status: 'success', data: await evaluate(query) });
  } catch (error) {
    return refusal(context, errorTypeOf(error), error);
  }
}

/** Those of the query string, and over them those of a posted form. */
async function parametersOf({ req }: Context): Promise<Parameters> {
  const form = req.method === 'POST' ? Object.entries(await req.parseBody()) : [];
  const texts = form.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return { ...req.query(), ...Object.fromEntries(texts) };
}

function errorTypeOf(error: unknown): ErrorType {
  if (!(error instanceof Failure)) return 'internal';
  return error.reason === 'timeout' ? 'timeout' : 'execution';
}

function refusal(context: Context, errorType: ErrorType, error: unknown): Response {
  return context.json({ status: 'error', errorType, error: messageOf(error) }, STATUS[errorType]);
}
