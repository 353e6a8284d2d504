import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import type { LedgerRow } from '../spool/ledger.ts';
import type { DeadLetterFilter, DeadLetterInfo } from '../spool/letter-lines.ts';
import type { SegmentInfo } from '../spool/list-segments.ts';

const DEFAULT_LETTERS = 50;
const MOST_LETTERS = 10_000;
/** The ids of so many letters are half of it. */
const MAX_BODY_BYTES = 1024 * 1024;

/** What is known of documents on their way to the store. */
export interface DeliverySources {
  ledger(): readonly LedgerRow[];
  segments(): Promise<readonly SegmentInfo[]>;
  /** The newest dead letters, newest last. */
  deadLetters(limit: number): Promise<readonly DeadLetterInfo[]>;
  /** Sends dead letters again; how many. */
  replay(filter: DeadLetterFilter): Promise<number>;
}

const filter = z
  .strictObject({
    ids: z.array(z.string()).min(1).optional(),
    stream: z.string().min(1).optional(),
    reason: z.string().min(1).optional(),
    all: z.literal(true).optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    message: 'say which: ids, stream, reason, or all: true',
  });

/** The ledger, the spool and the dead letters: for `octowatch ledger` and `octowatch spool`. */
export function deliveryApi(sources: DeliverySources): Hono {
  const app = new Hono();
  app.get('/ledger', (context) => context.json(sources.ledger()));
  app.get('/spool', async (context) => context.json(await sources.segments()));
  app.get('/dead-letters', async (context) => {
    const limit = Number(context.req.query('limit') ?? DEFAULT_LETTERS);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LETTERS)
      return context.text(`limit is a whole number from 1 to ${MOST_LETTERS}\n`, 400);
    return context.json(await sources.deadLetters(limit));
  });
  app.post('/dead-letters/replay', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    const given = filter.safeParse(await context.req.json().catch(() => undefined));
    if (!given.success) return context.text(`${given.error.issues[0]?.message ?? 'no filter'}\n`, 400);
    const { ids, stream, reason } = given.data;
    const chosen = {
      ...(ids === undefined ? {} : { ids }),
      ...(stream === undefined ? {} : { stream }),
      ...(reason === undefined ? {} : { reason }),
    };
    try {
      return context.json({ replayed: await sources.replay(chosen) });
    } catch (error) {
      if (error instanceof Failure) return context.text(`${error.message}\n`, 503);
      throw error;
    }
  });
  return app;
}
