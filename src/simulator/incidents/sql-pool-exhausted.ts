import { clear, type IncidentType, MINUTE_MS } from './incident-type.ts';

/** SqlClient's own words; the stack trace is shortened. */
export const POOL_MESSAGE =
  'Timeout expired.  The timeout period elapsed prior to obtaining a connection from the pool.  This may have occurred because all pooled connections were in use and max pool size was reached.';
const EXCEPTION = [
  'System.InvalidOperationException: Timeout expired.',
  '   at System.Data.Common.ADP.ExceptionWithStackTrace(Exception e)',
  '   at Microsoft.Data.SqlClient.SqlConnection.OpenAsync(CancellationToken cancellationToken)',
  '   at Nevermore.ReadTransaction.OpenAsync()',
].join('\n');
const RISE_MS = 10 * MINUTE_MS;

/** T9: all pooled SQL connections are taken; requests wait for one and fail (Issues 1851, 4773, 7592). */
export const sqlPoolExhausted: IncidentType = {
  id: 'T9',
  cause: 'SQL connection pool exhausted',
  class: 'heal',
  family: 'slow',
  harmAfterMs: 0,
  heal: { ok: ['restart'], wrong: [], p: 0.9, byRestart: true },
  evidence: ['logE', 'can', 'err'],
  rate: 3,
  lengthMs: (random) => random.lognormal(40 * MINUTE_MS, 0.8),
  start(scene) {
    function tick(at: number): { isSeen: boolean } {
      const rise = Math.min(1, (at - scene.at) / Math.min(RISE_MS, scene.lengthMs / 2));
      for (const victim of scene.victims) {
        victim.setEffect(
          scene.key,
          {
            errorShare: 0.05 + 0.55 * rise,
            delayMs: 300 + 3_000 * rise,
            errorLines: { perMinute: 12 + 48 * rise, message: POOL_MESSAGE, exception: EXCEPTION },
          },
          at,
        );
      }
      return { isSeen: true };
    }
    tick(scene.at);
    return { tick, end: (at) => clear(scene, at) };
  },
};
