import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import { callAgent, jsonOf, refusal, type AgentAnswer, type AgentOptions } from './call-agent.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { formatTable } from './table.ts';

const sample = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());
const vectorElement = z.object({ metric, value: sample });
const matrixSeries = z.object({ metric, values: z.array(sample) });
const data = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('scalar'), result: sample }),
  z.object({ resultType: z.literal('string'), result: sample }),
  z.object({ resultType: z.literal('vector'), result: z.array(vectorElement) }),
  z.object({ resultType: z.literal('matrix'), result: z.array(matrixSeries) }),
]);
const answer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

type QueryData = z.output<typeof data>;

/** `octowatch query EXPR`: evaluates PromQL over the running agent's head. @throws Failure when it cannot */
export async function query(
  host: CliHost,
  expression: string,
  options: AgentOptions & { readonly output?: string },
): Promise<ExitCode> {
  const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
  const result = readAnswer(await callAgent(host, path, options));
  if (options.output === 'json') host.print(JSON.stringify(result, null, 2));
  else for (const line of queryLines(result)) host.print(line);
  return EXIT.ok;
}

function readAnswer(response: AgentAnswer): QueryData {
  const parsed = answer.safeParse(jsonOf(response));
  if (!parsed.success) throw refusal(response);
  if (parsed.data.status === 'error') throw new Failure('invalid', parsed.data.error);
  return parsed.data.data;
}

/** A result for people: a table of a vector, a line for each series of a matrix, the value of a scalar. */
export function queryLines(result: QueryData): string[] {
  switch (result.resultType) {
    case 'scalar':
    case 'string':
      return [result.result[1]];
    case 'vector':
      return orNone(vectorLines(result.result));
    case 'matrix':
      return orNone(result.result.map(seriesLine));
  }
}

function orNone(lines: string[]): string[] {
  return lines.length === 0 ? ['no series'] : lines;
}

function vectorLines(vector: readonly z.output<typeof vectorElement>[]): string[] {
  const rows = vector.map((element) => [seriesText(element.metric), element.value[1]]);
  return rows.length === 0 ? [] : formatTable(['SERIES', 'VALUE'], rows);
}

function seriesLine(series: z.output<typeof matrixSeries>): string {
  const samples = series.values.map(([seconds, value]) => `${value}@${seconds}`);
  return `${seriesText(series.metric)} ${samples.join(' ')}`;
}

function seriesText({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const inner = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return inner.length === 0 && name !== '' ? name : `${name}{${inner.join(', ')}}`;
}
