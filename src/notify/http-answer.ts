import { Failure, reasonOfStatus } from '../model/failure.ts';
import type { HttpResponse } from '../model/ports.ts';

const SHOWN = 200;

/** The failure that an answer of a receiver stands for, or undefined when it was accepted. */
export function failureOf(receiver: string, response: HttpResponse): Failure | undefined {
  const reason =
    response.status >= 300 && response.status < 400 ? 'rejected' : reasonOfStatus(response.status);
  if (reason === undefined) return undefined;
  const said = new TextDecoder().decode(response.body.subarray(0, SHOWN)).replace(/\s+/g, ' ').trim();
  const seconds = Number(response.headers['retry-after']);
  const asked = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  return new Failure(
    reason,
    `${receiver} answered ${response.status}${said === '' ? '' : `: ${said}`}`,
    asked,
  );
}
