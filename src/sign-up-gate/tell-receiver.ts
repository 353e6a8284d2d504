import { createHmac } from 'node:crypto';
import { Failure, reasonOfStatus } from '../model/failure.ts';
import type { Http } from '../model/ports.ts';
import type { GateChange } from './gate.ts';

/** The answer is not read: a receiver that says much has accepted all the same. */
const MOST_ANSWER_BYTES = 1024 * 1024;

/** Whom a change is told, and how. */
export interface GateReceiver {
  readonly url: string;
  readonly signing_key: string;
  /** ms. */
  readonly timeout: number;
}

/**
 * Posts a change as JSON. Its `Idempotency-Key` is that of the change, so it may be repeated. `Octowatch-Signature` is
 * `v1=` and the HMAC-SHA256, in hexadecimal, of `<Octowatch-Timestamp>.<body>`; a receiver refuses old timestamps.
 * Redirects are not followed.
 * @param now ms since the epoch
 * @throws Failure when the receiver did not accept it, or may not have
 */
export async function tellReceiver(
  http: Http,
  receiver: GateReceiver,
  change: GateChange,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const body = bodyOf(change);
  const timestamp = String(Math.floor(now / 1000));
  const { status } = await http({
    url: receiver.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey(change),
      'octowatch-timestamp': timestamp,
      'octowatch-signature': `v1=${signatureOf(receiver.signing_key, timestamp, body)}`,
    },
    body,
    timeoutMs: receiver.timeout,
    maxBytes: MOST_ANSWER_BYTES,
    signal,
  });
  const reason = status >= 300 && status < 400 ? 'rejected' : reasonOfStatus(status);
  if (reason !== undefined) throw new Failure(reason, `the receiver of the sign-up gate answered ${status}`);
}

/** The same for every attempt to tell of a change, also after a restart. */
export function idempotencyKey({ open, at }: GateChange): string {
  return `sign-ups-${open ? 'resumed' : 'paused'}-${at}`;
}

/** HMAC-SHA256 of time and body, in hexadecimal. */
export function signatureOf(key: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
}

function bodyOf({ open, reason, quota, tenantsLeft, at }: GateChange): string {
  return JSON.stringify({
    version: 1,
    event: open ? 'sign_ups_resumed' : 'sign_ups_paused',
    sign_ups: open ? 'open' : 'paused',
    reason,
    quota,
    tenants_left: tenantsLeft,
    changed_at: new Date(at).toISOString(),
  });
}
