import type { Clock } from '../model/ports.ts';
import type { Connection } from './connection.ts';

const NOT_FOUND = 404;
/** An answer is an answer, whatever it says; 3xx are not Octopus. */
const ANY_ERROR = Array.from({ length: 200 }, (_, index) => 400 + index);

export interface CanaryAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly seconds: number;
}

/**
 * Asks `GET /api/serverstatus/hosted/external`, the status page for those outside of Octopus Cloud: cheap, anonymous, and
 * answered by the whole way from the edge to the database. Its body is not documented and not read.
 * @returns undefined on servers without it (404)
 * @throws Failure when there is no answer
 */
export async function askCanary(
  connection: Connection,
  clock: Clock,
  signal?: AbortSignal,
): Promise<CanaryAnswer | undefined> {
  const start = clock.now();
  const { status } = await connection.send({
    path: '/api/serverstatus/hosted/external',
    signal,
    expected: ANY_ERROR,
    anonymous: true,
    priority: 'normal',
  });
  return status === NOT_FOUND ? undefined : { status, seconds: (clock.now() - start) / 1000 };
}
