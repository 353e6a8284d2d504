/**
 * ms that are left of a wait of `longestMs` at most; 0 when it is over. Also 0 when more than that seems to be left: the
 * clock was set back, and to wait for it would take as long as that.
 */
export function timeLeft(until: number, longestMs: number, now: number): number {
  const left = until - now;
  return left > longestMs ? 0 : Math.max(0, left);
}
