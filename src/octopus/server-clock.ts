import type { HttpResponse } from '../model/ports.ts';

/** Under this the `Date` header's own resolution and the way's latency explain the difference. */
const TOLERANCE_MS = 2000;

/** The server's clock minus ours in ms, from the `Date` header; 0 when within 2 s or not told. */
export function clockOffset(response: HttpResponse, now: number): number {
  const offset = Date.parse(response.headers['date'] ?? '') - now;
  return Math.abs(offset) > TOLERANCE_MS ? offset : 0;
}
