import type { z } from 'zod';
import { Failure, reasonOfStatus } from '../model/failure.ts';
import type { HttpResponse } from '../model/ports.ts';

const LESS_THAN = 0x3c;

/**
 * The JSON of an answer, checked.
 * @param where host and path for messages, without a query
 * @throws Failure `malformed` when it is HTML, cut, or not of the schema's shape
 */
export function readJson<S extends z.ZodType>(response: HttpResponse, schema: S, where: string): z.output<S> {
  return readValue(parse(response, where), schema, where);
}

/** A part of an answer, checked. @throws Failure `malformed` when it is not of the schema's shape */
export function readValue<S extends z.ZodType>(value: unknown, schema: S, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new Failure(
    'malformed',
    `${where}: unexpected answer at ${place === '' ? 'its root' : place}: ${issue?.message}`,
  );
}

/** The failure that the status of an answer stands for, saying what to do; undefined when it is a 2xx. */
export function failureOfStatus(
  response: HttpResponse,
  where: string,
  expected: readonly number[],
): Failure | undefined {
  const { status } = response;
  if ((status >= 200 && status < 300) || expected.includes(status)) return undefined;
  const reason = reasonOfStatus(status);
  if (reason === undefined) {
    return new Failure(
      'malformed',
      `${where}: redirected (${status}); set url to the address Octopus itself answers at`,
    );
  }
  return new Failure(reason, `${where}: ${adviceFor(response)}`);
}

function adviceFor(response: HttpResponse): string {
  const { status } = response;
  if (status === 401) return 'the API key was refused (401); set a valid api_key of the service account';
  if (status === 403) return `the API key lacks a permission (403)${missingPermission(response)}`;
  if (status === 404) return 'no such resource (404); check url, its virtual directory, and the id';
  if (status === 429)
    return 'rate limited (429); lower requests_per_minute or raise the limit of the service account';
  return `answered with status ${status}`;
}

/** Octopus names the permission in `ErrorMessage`; a word is all that is taken from it. */
function missingPermission({ body }: HttpResponse): string {
  const [, name] = /[Mm]issing permission:? "?(\w{1,60})/.exec(decode(body.subarray(0, 4096))) ?? [];
  return name === undefined
    ? '; check the roles of the service account'
    : `: grant ${name} to the service account`;
}

function parse(response: HttpResponse, where: string): unknown {
  if (isHtml(response)) {
    throw new Failure(
      'malformed',
      `${where}: HTML instead of JSON; set url to Octopus itself, not to a login page or a proxy`,
    );
  }
  try {
    return JSON.parse(decode(response.body));
  } catch {
    throw new Failure('malformed', `${where}: the answer is not JSON (${response.body.length} bytes)`);
  }
}

function isHtml({ headers, body }: HttpResponse): boolean {
  return (
    headers['content-type']?.includes('text/html') === true || body.find((byte) => byte > 0x20) === LESS_THAN
  );
}

/** UTF-8 without its byte order mark. */
function decode(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}
