import { z } from 'zod';
import { Failure } from '../../model/failure.ts';

const time = z.union([z.number(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]);
const CLASSES = { P: 'page', H: 'heal', M: 'ticket', L: 'log' } as const;
const incidentClass = z.union([
  z.enum(['page', 'heal', 'ticket', 'log']),
  z.enum(['P', 'H', 'M', 'L']).transform((letter) => CLASSES[letter]),
]);

const record = z.object({
  id: z.union([z.string(), z.number().transform(String)]),
  type: z.string().default(''),
  t0: time,
  t1: time.nullish(),
  harm_from: time.nullish(),
  evidence_from: time.nullish(),
  class: incidentClass.default('page'),
  tenants: z.array(z.string()).default([]),
  shared: z.object({ kind: z.string(), name: z.string() }).nullish(),
  planned: z.boolean().default(false),
  parent: z.union([z.string(), z.number()]).nullish(),
});

/** Something that happened, as people or a simulator wrote it down. Times in ms. */
export interface IncidentRecord {
  readonly id: string;
  readonly type: string;
  readonly from: number;
  /** Infinity while it lasts. */
  readonly to: number;
  /** From when somebody could and should have been paged: customers suffered, and it could be seen. */
  readonly dueAt: number;
  /** Whether somebody has to be paged: it was no plan, is no part of another, and neither a machine nor the morning mends it. */
  readonly needsPage: boolean;
  readonly tenants: readonly string[];
  /** What its victims have in common, `sql-7`. */
  readonly shared?: string;
}

/**
 * The incidents of a file with a JSON object a line: `{id, type, t0, t1, harm_from, evidence_from, class, tenants, shared,
 * planned, parent}`, times in ms since the epoch or as RFC 3339; `id`, `t0` and `tenants` or `shared` are needed.
 * @throws Failure `invalid` with the line
 */
export function parseIncidents(text: string, name: string): IncidentRecord[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = record.safeParse(jsonOf(line));
    const place = `${name}:${index + 1}`;
    if (!parsed.success) throw new Failure('invalid', `${place}: ${problemOf(parsed.error)}`);
    const { tenants, shared } = parsed.data;
    if (tenants.length === 0 && (shared ?? undefined) === undefined)
      throw new Failure('invalid', `${place}: an incident needs tenants, or shared with a kind and a name`);
    return [toIncident(parsed.data)];
  });
}

function toIncident(data: z.output<typeof record>): IncidentRecord {
  const { id, type, t0, t1, tenants, shared, planned, parent } = data;
  const isOwn = parent === undefined || parent === null;
  return {
    id,
    type,
    tenants,
    from: t0,
    to: t1 ?? Number.POSITIVE_INFINITY,
    dueAt: Math.max(t0, data.harm_from ?? t0, data.evidence_from ?? t0),
    needsPage: data.class === 'page' && !planned && isOwn,
    ...(shared === undefined || shared === null ? {} : { shared: shared.name }),
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join('.') ?? '';
  return path === '' ? 'not a JSON object' : `${path}: ${issue?.message ?? 'not as expected'}`;
}
