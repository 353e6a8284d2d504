import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import type { SilenceRequest } from '../../model/silence.ts';
import { optional, postedTime } from './posted-fields.ts';
import { problemsOf } from './problems.ts';

const matcher = z.object({
  name: z.string(),
  value: z.string(),
  isRegex: z.boolean(),
  isEqual: z
    .boolean()
    .nullish()
    .transform((isEqual) => isEqual ?? true),
});

const postedSilence = z.object({
  id: optional(z.string()),
  matchers: z.array(matcher).min(1, 'at least one matcher: a silence is never for everything'),
  startsAt: postedTime,
  endsAt: postedTime,
  createdBy: z.string(),
  comment: z.string(),
  annotations: optional(z.record(z.string(), z.string())),
});

/** The silence of a request (api/v2/openapi.yaml, postableSilence). @throws Failure `invalid` */
export function parsePostedSilence(body: unknown): SilenceRequest {
  const given = postedSilence.safeParse(body);
  if (!given.success) throw new Failure('invalid', `invalid silence: ${problemsOf(given.error)}`);
  const { id, annotations, ...silence } = given.data;
  return {
    ...silence,
    ...(id === undefined || id === '' ? {} : { id }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
