import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Failure, reasonOfStatus } from '../../src/model/failure.ts';
import type { Disk, Http, HttpResponse } from '../../src/model/ports.ts';
import type { ExpositionFormat } from './exposed-sample.ts';
import { pageUrl, tlsOf, type ScrapeTarget } from './settings.ts';

const ACCEPT = [
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6',
  'application/openmetrics-text;version=0.0.1;q=0.5',
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4',
  'text/plain;version=0.0.4;q=0.3',
  '*/*;q=0.1',
].join(',');
const CA_BYTES = 1024 * 1024;
const inflate = promisify(gunzip);

/** A page as it was answered. */
export interface Page {
  readonly text: string;
  readonly format: ExpositionFormat;
}

/**
 * Asks a target for its page, in the best of the forms that are understood.
 * Source: prometheus.io/docs/instrumenting/content_negotiation.
 * @throws Failure: no answer, a status other than 200, a page over `body_size_limit`, another kind of content
 */
export async function fetchPage(
  target: ScrapeTarget,
  { http, disk }: { readonly http: Http; readonly disk: Disk },
  signal: AbortSignal,
): Promise<Page> {
  const { ca_file: caFile } = target.tls_config;
  const tls = tlsOf(target, caFile === undefined ? undefined : await readText(disk, caFile));
  const response = await http({
    url: pageUrl(target),
    headers: headersOf(target),
    timeoutMs: target.scrape_timeout,
    maxBytes: target.body_size_limit,
    signal,
    ...(tls === undefined ? {} : { tls }),
  });
  if (response.status !== 200) throw refusal(response);
  const format = formatOf(response);
  const body = await bodyOf(response, target.body_size_limit);
  return { text: textOf(body), format };
}

function headersOf({
  scrape_timeout: timeout,
  bearer_token,
  basic_auth,
}: ScrapeTarget): Record<string, string> {
  return {
    accept: ACCEPT,
    'accept-encoding': 'gzip',
    'x-prometheus-scrape-timeout-seconds': String(timeout / 1000),
    ...(bearer_token === undefined ? {} : { authorization: `Bearer ${bearer_token}` }),
    ...(basic_auth === undefined ? {} : { authorization: basic(basic_auth) }),
  };
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function refusal({ status, headers }: HttpResponse): Failure {
  if (status < 400) {
    const leads = headers['location'] === undefined ? '' : ' and leads elsewhere: write that address as url';
    return new Failure('malformed', `the target answered ${status}${leads}`);
  }
  const advice = status === 401 || status === 403 ? ': check bearer_token or basic_auth' : '';
  return new Failure(reasonOfStatus(status) ?? 'malformed', `the target answered ${status}${advice}`);
}

/** A page without a type is taken for text, as old exporters send none. */
function formatOf({ headers }: HttpResponse): ExpositionFormat {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/openmetrics-text') return 'openmetrics';
  if (type === 'text/plain' || type === '') return 'text';
  throw new Failure('malformed', `the target answered ${type}, which is no page of metrics: check the url`);
}

async function bodyOf({ headers, body }: HttpResponse, limit: number): Promise<Uint8Array> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new Failure('malformed', `the target answered in the encoding ${encoding}`);
  try {
    return await inflate(body, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError)
      throw new Failure(
        'too_large',
        `the page has more than ${limit} bytes: raise body_size_limit, or cut it down`,
      );
    throw new Failure('malformed', 'the page is not the gzip that it says it is', { cause: error });
  }
}

function textOf(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new Failure('malformed', `line ${badLine(bytes)} is not UTF-8`, { cause: error });
  }
}

function badLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return line;
}

async function readText(disk: Disk, path: string): Promise<string> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(CA_BYTES);
    const length = await file.read(bytes, 0);
    return new TextDecoder().decode(bytes.subarray(0, length));
  } finally {
    await file.close();
  }
}
