import { clear, type IncidentType, MINUTE_MS } from './incident-type.ts';

const EXCEPTION = [
  'Microsoft.Data.SqlClient.SqlException (0x80131904): A transport-level error has occurred when receiving results from the server.',
  '   at Microsoft.Data.SqlClient.SqlCommand.ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)',
  '   at Nevermore.Advanced.CommandExecutor.ExecuteReaderAsync(CancellationToken cancellationToken)',
].join('\n');
const MESSAGE =
  'Unhandled exception from web server: A transport-level error has occurred when receiving results from the server.';
/** 50 times the 0.1 error lines a minute of a healthy server, and more at the first moment. */
const PEAK_PER_MINUTE = 60;
const DECAY_MS = 90_000;

/** S3: a database server fails over; pooled connections are stale on all its tenants for minutes, some lose a probe. */
export const databaseFailover: IncidentType = {
  id: 'S3',
  cause: 'database server failed over',
  class: 'log',
  family: 'slow',
  shared: 'database_server',
  harmAfterMs: 0,
  heal: { ok: ['wait'], wrong: ['restart'], p: 0.97, byRestart: false },
  evidence: ['logE', 'can', 'err'],
  rate: 20,
  lengthMs: (random) => random.lognormal(5 * MINUTE_MS, 0.3),
  start(scene) {
    const silentUntil = scene.victims.map(() =>
      scene.random.chance(0.5) ? scene.at + scene.random.uniform(5_000, 15_000) : scene.at,
    );
    function tick(at: number): { isSeen: boolean } {
      const left = Math.exp((scene.at - at) / DECAY_MS);
      for (const [index, victim] of scene.victims.entries()) {
        const isSilent = at < (silentUntil[index] ?? 0);
        victim.setEffect(
          scene.key,
          {
            network: isSilent ? 'reset' : 'up',
            errorShare: 0.3 * left,
            delayMs: 1_500 * left,
            errorLines: { perMinute: PEAK_PER_MINUTE * left, message: MESSAGE, exception: EXCEPTION },
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
