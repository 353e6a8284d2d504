import { createHmac } from 'node:crypto';

/**
 * The headers that sign a body that is posted to others. `Octowatch-Signature` is `v1=` and the HMAC-SHA256, in
 * hexadecimal, of `<Octowatch-Timestamp>.<body>`; as the time (seconds since the epoch) is part of it, a receiver can
 * refuse what somebody has read and sends again later.
 */
export function signedHeaders(key: string, body: string, nowMs: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
  return { 'octowatch-timestamp': timestamp, 'octowatch-signature': `v1=${signature}` };
}
