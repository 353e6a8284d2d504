import { Hono } from 'hono';
import { parseExpression } from '../../promql/parser.ts';
import { printExpression } from '../../promql/print.ts';
import { answerOf, endpoint } from './answer.ts';
import { required, timeRangeOf } from './parameters.ts';

/** `/format_query`, and `/query_exemplars`, of which there are none: nothing octowatch reads has any. */
export function languageRoutes(): Hono {
  return new Hono()
    .on(
      ['GET', 'POST'],
      '/format_query',
      endpoint(
        (form) => required(form, 'query', parseExpression),
        (expr) => answerOf(printExpression(expr)),
      ),
    )
    .on(
      ['GET', 'POST'],
      '/query_exemplars',
      endpoint(
        (form) => [timeRangeOf(form), required(form, 'query', parseExpression)],
        () => answerOf([]),
      ),
    );
}
