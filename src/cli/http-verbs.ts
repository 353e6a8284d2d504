import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, messageOf } from '../model/failure.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { formatTable } from './table.ts';

const TIMEOUT_MS = 10_000;

export interface HttpVerbOptions {
  readonly url?: string;
  readonly config?: string;
  readonly output?: string;
}

/** `octowatch healthy` and `octowatch ready`: exit 0 when the running agent says so. */
export async function probe(
  host: CliHost,
  path: '/-/healthy' | '/-/ready',
  options: HttpVerbOptions,
): Promise<ExitCode> {
  const response = await call(host, path, options);
  const text = (await response.text()).trim();
  if (!response.ok) throw new Failure('rejected', text);
  host.print(text);
  return EXIT.ok;
}

/** `octowatch query EXPR`: evaluates PromQL over the running agent's head. */
export async function query(host: CliHost, expression: string, options: HttpVerbOptions): Promise<ExitCode> {
  const response = await call(host, `/api/v1/query?query=${encodeURIComponent(expression)}`, options);
  const body: QueryAnswer = JSON.parse(await response.text());
  if (body.status !== 'success') throw new Failure('invalid', body.error ?? 'the query failed');
  if (options.output === 'json') host.print(JSON.stringify(body.data, null, 2));
  else for (const line of toLines(body.data)) host.print(line);
  return EXIT.ok;
}

type Sample = readonly [number, string];

interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data: QueryData;
}

type QueryData =
  | { readonly resultType: 'scalar'; readonly result: Sample }
  | { readonly resultType: 'string'; readonly result: Sample }
  | {
      readonly resultType: 'vector';
      readonly result: readonly { metric: Record<string, string>; value: Sample }[];
    }
  | {
      readonly resultType: 'matrix';
      readonly result: readonly { metric: Record<string, string>; values: readonly Sample[] }[];
    };

function toLines(data: QueryData): string[] {
  if (data.resultType === 'scalar' || data.resultType === 'string') return [data.result[1]];
  if (data.result.length === 0) return ['no series'];
  if (data.resultType === 'matrix') {
    return data.result.map(
      ({ metric, values }) =>
        `${seriesText(metric)} ${values.map(([at, value]) => `${value}@${at}`).join(' ')}`,
    );
  }
  return formatTable(
    ['SERIES', 'VALUE'],
    data.result.map(({ metric, value }) => [seriesText(metric), value[1]]),
  );
}

function seriesText({ __name__: name = '', ...labels }: Record<string, string>): string {
  const inner = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return inner.length === 0 && name !== '' ? name : `${name}{${inner.join(', ')}}`;
}

async function call(host: CliHost, path: string, options: HttpVerbOptions): Promise<Response> {
  const { url, token } = locate(host, options);
  try {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return await fetch(url + path, { headers, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new Failure(
      'network',
      `no agent answers at ${url}: ${cause} (start it with octowatch run, or give --url)`,
    );
  }
}

/** The running agent's address and token: as named, or as the configuration says, or the defaults. */
function locate(host: CliHost, options: HttpVerbOptions): { url: string; token: string | undefined } {
  if (options.url !== undefined)
    return { url: options.url.replace(/\/+$/, ''), token: host.env['OCTOWATCH_TOKEN'] };
  const hasFile = options.config !== undefined || existsSync(join(host.workingDirectory, 'octowatch.yml'));
  if (!hasFile) return { url: 'http://127.0.0.1:9464', token: host.env['OCTOWATCH_TOKEN'] };
  const config = readConfig(host, options.config);
  const tokenFile = join(host.workingDirectory, config.data_dir, 'token');
  const token =
    host.env['OCTOWATCH_TOKEN'] ??
    (existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : undefined);
  return { url: `http://${config.web.listen.replace(/^0\.0\.0\.0:/, '127.0.0.1:')}`, token };
}
