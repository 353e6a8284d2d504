import { formatDuration, parseDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import { callAgent, type AgentOptions } from './call-agent.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { readQueryAnswer, type QueryData } from './query-answer.ts';
import { sparkline } from './sparkline.ts';
import { formatTable } from './table.ts';

/** Values of a range that names no step. */
const STEPS = 60;
/** The agent itself gives up earlier. */
const TIMEOUT_MS = 130_000;

export interface QueryOptions extends AgentOptions {
  readonly output?: string;
  /** How far back a range begins: `6h`. */
  readonly since?: string;
  readonly step?: string;
  /** RFC 3339 or seconds. */
  readonly time?: string;
}

/**
 * `octowatch query EXPR`: evaluates PromQL in the running agent, over its head and what it keeps of history.
 * @throws Failure when it cannot, with a caret under what is wrong in the expression
 */
export async function query(host: CliHost, expression: string, options: QueryOptions): Promise<ExitCode> {
  const path = `/api/v1/${request(expression, options, Date.now())}`;
  const response = await callAgent(host, path, { ...options, timeoutMs: TIMEOUT_MS });
  const { data, warnings, infos } = readQueryAnswer(response, expression);
  for (const warning of warnings) host.printError(`warning: ${warning}`);
  for (const info of infos) host.printError(info);
  if (options.output === 'json') host.print(JSON.stringify(data, null, 2));
  else for (const line of queryLines(data)) host.print(line);
  return EXIT.ok;
}

/** The path below `/api/v1/` that asks for it, at `now` in ms. @throws Failure `invalid` */
export function request(expression: string, { since, step, time }: QueryOptions, now: number): string {
  if (since === undefined) {
    if (step !== undefined) throw new Failure('invalid', '--step needs --since beside it');
    return `query?${search({ query: expression, ...(time === undefined ? {} : { time }) })}`;
  }
  if (time !== undefined) throw new Failure('invalid', '--since ends now: leave --time out');
  const span = parseDuration(since);
  const seconds = Math.max(1, Math.ceil(span / STEPS / 1000));
  const range = { start: String((now - span) / 1000), end: String(now / 1000) };
  return `query_range?${search({ query: expression, ...range, step: step ?? formatDuration(seconds * 1000) })}`;
}

/** A result for people: a table of a vector, a line with its course for each series of a matrix, the value of a scalar. */
export function queryLines(result: QueryData): string[] {
  switch (result.resultType) {
    case 'scalar':
    case 'string':
      return [result.result[1]];
    case 'vector':
      return table(
        ['SERIES', 'VALUE'],
        result.result.map(({ metric, value }) => [seriesText(metric), value[1]]),
      );
    case 'matrix': {
      const times = timesOf(result.result);
      return table(
        ['SERIES', 'LAST', 'MIN', 'MAX', 'COURSE'],
        result.result.map(({ metric, values }) => [seriesText(metric), ...summary(values, times)]),
      );
    }
  }
}

type Samples = readonly (readonly [seconds: number, value: string])[];

/** All times at which any series has a value, rising. */
function timesOf(result: readonly { readonly values: Samples }[]): number[] {
  return [...new Set(result.flatMap(({ values }) => values.map(([time]) => time)))].toSorted((a, b) => a - b);
}

function summary(samples: Samples, times: readonly number[]): string[] {
  const byTime = new Map(samples.map(([time, text]) => [time, Number(text.replace('Inf', 'Infinity'))]));
  const numbers = [...byTime.values()].filter((value) => !Number.isNaN(value));
  const [min, max] = numbers.length === 0 ? ['-', '-'] : [Math.min(...numbers), Math.max(...numbers)];
  const course = sparkline(times.map((time) => byTime.get(time)));
  return [samples.at(-1)?.[1] ?? '-', shortNumber(min), shortNumber(max), course];
}

function shortNumber(value: number | string): string {
  return typeof value === 'number' ? String(value).replace('Infinity', 'Inf') : value;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? ['no series'] : formatTable(header, rows);
}

function seriesText({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const inner = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return inner.length === 0 && name !== '' ? name : `${name}{${inner.join(', ')}}`;
}

function search(parameters: Readonly<Record<string, string>>): string {
  return String(new URLSearchParams(parameters));
}
