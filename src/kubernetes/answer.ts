import { Failure, reasonOfStatus } from '../model/failure.ts';
import { isObject, numberAt, textAt, type KubeObject } from './fields.ts';

const MAX_MESSAGE = 300;

/** What a failed call was about, for its message: `prod-1: list pods`. */
export interface Call {
  readonly cluster: string;
  readonly what: string;
}

/** The failure that a `Status` object stands for; a watch sends one as an ERROR event, with HTTP 200. */
export function failureOfStatus({ cluster, what }: Call, code: number, status: unknown): Failure {
  const reason = reasonOfStatus(code) ?? 'server_error';
  const said = textAt(status, 'message') ?? `HTTP ${code}`;
  const advice = reason === 'forbidden' ? '; grant it to the role of the agent' : '';
  const message = `${cluster}: ${what}: ${said.slice(0, MAX_MESSAGE)}${advice}`;
  const seconds = numberAt(status, 'details', 'retryAfterSeconds');
  return new Failure(reason, message, {
    cause: { code },
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }),
  });
}

/** Whether a version is older than what the API server still knows (410 Gone): everything must be listed again. */
export function isExpired(error: unknown): boolean {
  return error instanceof Failure && numberAt(error.cause, 'code') === 410;
}

/** Whether the API server has no such API (404): an API group that is not installed. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'not_found';
}

/** A body as an object. @throws Failure `malformed` for anything but a JSON object */
export function parseObject({ cluster, what }: Call, text: string): KubeObject {
  const value = tryParse(text);
  if (isObject(value)) return value;
  throw new Failure('malformed', `${cluster}: ${what}: the answer is no JSON object`);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The failure of an answer with an error status, whatever its body is. */
export function failureOfBody(call: Call, code: number, text: string): Failure {
  return failureOfStatus(call, code, tryParse(text));
}
