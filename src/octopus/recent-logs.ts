import { z } from 'zod';
import { readJson } from './answer.ts';
import type { Connection } from './connection.ts';
import { optionalNumber, stamp, text } from './payload-fields.ts';

/** The ring holds that many. */
const RING = 100;

const entry = z
  .looseObject({
    Category: text(50),
    MessageText: text(4000),
    OccurredAt: stamp,
    Number: z.number().int().nonnegative(),
    GapLastNumber: optionalNumber,
  })
  .transform((raw) => ({
    /** Warning, Error, Fatal. */
    category: raw.Category ?? 'other',
    message: raw.MessageText ?? '',
    /** ms by the server's clock. */
    occurredAt: raw.OccurredAt,
    /** Rises by one with each message of the process; begins anew with it. */
    number: raw.Number,
    /** The last of the messages that this entry stands for, where there are several. */
    gapLastNumber: raw.GapLastNumber,
  }));

/** A warning or an error of the server's own log. */
export type RecentLog = z.output<typeof entry>;

/** `GET /api/serverstatus/logs`: an array of `ActivityLogElement`. Source: Octopus's REST documentation. */
const recentLogsSchema = z.array(entry.nullable().catch(null)).transform((entries) => ({
  logs: entries.filter((read) => read !== null),
  refused: entries.filter((read) => read === null).length,
}));

/**
 * The warnings and errors that the process of the node that answers logged last, 100 at most. Permission
 * AdministerSystem.
 * @returns also how many entries were not readable
 */
export async function readRecentLogs(
  connection: Connection,
  signal?: AbortSignal,
): Promise<{ logs: readonly RecentLog[]; refused: number }> {
  const path = '/api/serverstatus/logs';
  const query = { includeDetail: 'false', skip: '0', take: String(RING) };
  return readJson(await connection.send({ path, query, signal }), recentLogsSchema, connection.where(path));
}
