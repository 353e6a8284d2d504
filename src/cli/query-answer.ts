import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import { ParseError } from '../promql/parse-error.ts';
import { parseExpression } from '../promql/parser.ts';
import { jsonOf, refusal, type AgentAnswer } from './call-agent.ts';

const sample = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());
const data = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('scalar'), result: sample }),
  z.object({ resultType: z.literal('string'), result: sample }),
  z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric, value: sample })) }),
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric, values: z.array(sample) })),
  }),
]);
const texts = z.array(z.string()).default([]);
const answer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data, warnings: texts, infos: texts }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/** What a query yielded: times in seconds, values as text. */
export type QueryData = z.output<typeof data>;

/** The answer of `/api/v1/query` or `query_range`. @throws Failure with what is wrong, and in an expression where */
export function readQueryAnswer(
  response: AgentAnswer,
  expression: string,
): { data: QueryData; warnings: readonly string[]; infos: readonly string[] } {
  const parsed = answer.safeParse(jsonOf(response));
  if (!parsed.success) throw refusal(response);
  if (parsed.data.status === 'success') return parsed.data;
  const { errorType, error } = parsed.data;
  throw new Failure('invalid', errorType === 'bad_data' ? (rendering(expression) ?? error) : error);
}

/** The expression with a caret under what is wrong in it; undefined when something else is. */
function rendering(expression: string): string | undefined {
  try {
    parseExpression(expression);
    return undefined;
  } catch (error) {
    return error instanceof ParseError ? error.rendering : undefined;
  }
}
