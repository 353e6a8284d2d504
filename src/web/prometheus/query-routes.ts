import { Hono } from 'hono';
import { NO_METRICS, type SelfMetrics } from '../../model/self-metrics.ts';
import type { TimeRange } from '../../model/series.ts';
import { withDeadline } from '../../model/with-deadline.ts';
import { evaluateInstant, evaluateRangeYielding } from '../../promql/evaluate.ts';
import { infosOf } from '../../promql/infos.ts';
import type { EvaluationOptions } from '../../promql/options.ts';
import { seriesRequests } from '../../promql/series-requests.ts';
import type { Value } from '../../promql/value.ts';
import { endpoint, type Answer, type OnOutcome } from './answer.ts';
import { cut, TRUNCATED } from './cut.ts';
import { createGate } from './gate.ts';
import { createPace } from './pace.ts';
import { instantQueryOf, rangeQueryOf, type InstantQuery, type RangeQuery } from './query-parameters.ts';
import { resultJson } from './result-json.ts';
import { openSeries, type SeriesSources } from './series-sources.ts';

/** One step of an evaluation holds up polls and rules: it gets so long, whatever the query's own time, ms. */
const LONGEST_STEP_MS = 2000;
/** Samples a query may read and produce: it holds 16 bytes of each, and as much again of history. */
const MAX_SAMPLES = 4_000_000;
/** They share one thread; a second one so that a long one does not stop a short one. */
const GATE = { running: 2, waiting: 100 };

export interface QuerySources extends SeriesSources {
  readonly metrics?: SelfMetrics;
}

type AnyQuery = InstantQuery | RangeQuery;
type Limits = Required<Pick<EvaluationOptions, 'deadline' | 'signal'>>;
type Evaluate<Query> = (query: Query, options: EvaluationOptions & Limits) => Value | Promise<Value>;

/** `/query` and `/query_range`. */
export function queryRoutes(sources: QuerySources): Hono {
  const { clock, metrics = NO_METRICS } = sources;
  const gate = createGate(GATE);
  const pace = createPace(clock);

  /** Runs a query within its time, when its turn has come; the turn ends when the client has the answer. */
  function inTurn<Query extends AnyQuery>(evaluate: Evaluate<Query>) {
    return (query: Query, client: AbortSignal): Promise<Answer> => {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const deadline = { clock, at: clock.now() + query.timeoutMs };
      withDeadline(clock, query.timeoutMs, client, (signal) =>
        gate.enter(signal, async () => {
          const answer = await run(query, evaluate, { deadline, signal }).catch((error: unknown) => {
            // Before the deadline makes a Failure of what is a defect.
            reject(error);
            throw error;
          });
          const { pieces, ended } = endOf(answer.pieces, signal);
          resolve({ ...answer, pieces });
          await ended;
        }),
      ).catch(reject);
      return promise;
    };
  }

  async function run<Query extends AnyQuery>(
    query: Query,
    evaluate: Evaluate<Query>,
    { deadline, signal }: Limits,
  ): Promise<Answer> {
    const { expr, text, lookbackMs, limit } = query;
    const times = timesOf(query);
    const stepMs = 'step' in query ? query.step : 0;
    const requests = seriesRequests(expr, times, lookbackMs, stepMs);
    const { reader, warnings } = await openSeries(sources, requests, signal);
    const options = { reader, lookbackMs, maxSamples: MAX_SAMPLES, deadline, signal };
    const { value, isCut } = cut(await evaluate(query, options), limit);
    return {
      pieces: resultJson(value, times.end),
      warnings: isCut ? [...warnings, TRUNCATED] : warnings,
      infos: isEmpty(value) ? [] : infosOf(expr, text),
    };
  }

  const instant = inTurn<InstantQuery>(({ expr, time }, options) =>
    evaluateInstant(expr, { ...options, time, deadline: stepDeadline(options).deadline }),
  );
  const range = inTurn<RangeQuery>(({ expr, start, end, step }, options) => {
    const { deadline, nextStep } = stepDeadline(options);
    return evaluateRangeYielding(expr, { ...options, start, end, step, deadline }, async () => {
      await pace();
      nextStep();
    });
  });

  /** The deadline of a query, or of its step that runs, whichever is sooner. */
  function stepDeadline({ deadline }: Limits): { deadline: Limits['deadline']; nextStep: () => void } {
    let began = clock.now();
    return {
      deadline: {
        clock,
        get at() {
          return Math.min(deadline.at, began + LONGEST_STEP_MS);
        },
      },
      nextStep() {
        began = clock.now();
      },
    };
  }

  function count(kind: string): OnOutcome {
    return (outcome) => metrics.increment('octowatch_queries_total', { kind, outcome });
  }

  return new Hono()
    .on(
      ['GET', 'POST'],
      '/query',
      endpoint((form) => instantQueryOf(form, clock.now()), instant, count('instant')),
    )
    .on(['GET', 'POST'], '/query_range', endpoint(rangeQueryOf, range, count('range')));
}

/** The same pieces, and when the last was taken, the others were given up, or the signal says that it is enough. */
function endOf(
  pieces: Iterable<string>,
  signal: AbortSignal,
): { pieces: Iterable<string>; ended: Promise<void> } {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  function* taken(): Iterable<string> {
    try {
      for (const piece of pieces) {
        signal.throwIfAborted();
        yield piece;
      }
    } finally {
      resolve();
    }
  }
  return { pieces: taken(), ended };
}

function timesOf(query: AnyQuery): TimeRange {
  return 'time' in query ? { start: query.time, end: query.time } : query;
}

/** Nothing was read that could be misunderstood. */
function isEmpty(value: Value): boolean {
  if (value.type === 'vector') return value.values.length === 0;
  return value.type === 'matrix' && value.series.length === 0;
}
