import { z } from 'zod';
import { stamp, text } from './payload-fields.ts';

/** Why a task waits for somebody; `other` is what this list does not know. */
export const INTERRUPTION_TYPES = ['manual_intervention', 'guided_failure', 'other'] as const;

export type InterruptionType = (typeof INTERRUPTION_TYPES)[number];

const form = z
  .looseObject({ Elements: z.array(z.looseObject({ Name: text(100) })).nullish() })
  .nullish()
  .catch(undefined);

/**
 * An item of `GET /api/{space}/interruptions?pendingOnly=true`. Servers do not say of what type it is, their form does:
 * only a guided failure asks for `Guidance`, only a manual intervention for a `Result`.
 * Source: OctopusClients `InterruptionResource.cs`; the elements as they are to be filled in by whoever submits the form.
 */
export const interruptionSchema = z
  .looseObject({ Created: stamp, Form: form })
  .transform(({ Created, Form }) => ({
    type: typeOf(Form?.Elements?.map(({ Name }) => Name) ?? []),
    /** ms since the epoch by the server's clock. */
    created: Created,
  }));

export type Interruption = z.output<typeof interruptionSchema>;

function typeOf(elements: readonly (string | undefined)[]): InterruptionType {
  if (elements.includes('Guidance')) return 'guided_failure';
  return elements.includes('Result') ? 'manual_intervention' : 'other';
}
