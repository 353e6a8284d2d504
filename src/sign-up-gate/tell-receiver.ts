import { Failure, reasonOfStatus } from '../model/failure.ts';
import type { Http } from '../model/ports.ts';
import { signedHeaders } from '../model/signed-headers.ts';
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
 * Posts a change as JSON, signed. Its `Idempotency-Key` is that of the change, so it may be repeated. Redirects are not
 * followed.
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
  const { status } = await http({
    url: receiver.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey(change),
      ...signedHeaders(receiver.signing_key, body, now),
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
