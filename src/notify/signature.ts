import { createHmac } from 'node:crypto';

/** The header that a signed message carries. */
export const SIGNATURE_HEADER = 'x-octowatch-signature';

/**
 * `t=<seconds since the epoch>,v1=<hex>`: HMAC-SHA256 under the secret, of the time, a dot and the body as it is sent.
 * The time is part of it, so that whoever reads a message cannot send it again later.
 */
export function signatureOf(body: string, secret: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
