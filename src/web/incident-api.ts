import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import type { OnCallActions } from '../model/on-call.ts';

const MAX_BODY_BYTES = 1024;
const LONGEST_NAME = 100;

/** What people may do about incidents by name. */
export interface IncidentSources {
  readonly actions: Pick<OnCallActions, 'acknowledge'>;
}

const person = z.strictObject({ by: z.string().trim().min(1).max(LONGEST_NAME) });

/** `POST /incidents/<key>/acknowledge` with `{"by":"jo"}`; answers with one line. */
export function incidentApi({ actions }: IncidentSources): Hono {
  return new Hono().post('/:key/acknowledge', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    const given = person.safeParse(await context.req.json().catch(() => undefined));
    if (!given.success) return context.text('say who takes it: {"by":"jo"}\n', 400);
    const by = { name: given.data.by, via: 'api' } as const;
    try {
      return context.text(`${await actions.acknowledge(context.req.param('key'), by)}\n`);
    } catch (error) {
      if (error instanceof Failure && error.reason === 'not_found')
        return context.text(`${error.message}\n`, 404);
      throw error;
    }
  });
}
