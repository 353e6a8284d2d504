import { z } from 'zod';
import type { JsonValue } from '../../src/model/json.ts';
import { addAll, COMPONENTS, type Amounts } from './amount.ts';

/** One UTC day, by its number since the epoch. */
export interface Day {
  readonly day: number;
  /** How much of it was seen, ms. */
  readonly seenMs: number;
  readonly estimate: Amounts;
  /** What was really paid, by who bears it; it replaces the estimate. */
  readonly billed?: Amounts | undefined;
  /** Credits and refunds of the bill, units: they are nobody's, and make no cost smaller. */
  readonly credits: number;
}

/** What the ledger must not forget. */
export interface LedgerState {
  /** Everything up to here is charged, ms. */
  readonly at: number;
  /** In rising days, without gaps in what was seen. */
  readonly days: readonly Day[];
  /** Days of a month that are in `days` no more, together. */
  readonly before: { readonly month: string; readonly amounts: Amounts };
}

const amounts = z
  .record(z.string(), z.array(z.number().int().min(0)).max(COMPONENTS.length))
  .transform((byTenant): Amounts => {
    const padded = (parts: readonly number[]): number[] => COMPONENTS.map((_, index) => parts[index] ?? 0);
    return new Map(Object.entries(byTenant).map(([tenant, parts]) => [tenant, padded(parts)]));
  });

const stateSchema = z.object({
  at: z.number(),
  days: z.array(
    z.object({
      day: z.number().int(),
      seenMs: z.number(),
      estimate: amounts,
      billed: amounts.optional(),
      credits: z.number().int(),
    }),
  ),
  before: z.object({ month: z.string(), amounts }),
});

/** A state that was read back; an empty one where there was none. */
export function parseLedgerState(state: JsonValue): LedgerState | undefined {
  return stateSchema.safeParse(state).data;
}

/** A state as it is kept: small, without the zeros at the end of parts. */
export function serialiseLedgerState({ at, days, before }: LedgerState): JsonValue {
  return {
    at,
    days: days.map(({ day, seenMs, estimate, billed, credits }) => ({
      day,
      seenMs,
      credits,
      estimate: toJson(estimate),
      ...(billed === undefined ? {} : { billed: toJson(billed) }),
    })),
    before: { month: before.month, amounts: toJson(before.amounts) },
  };
}

function toJson(byTenant: Amounts): JsonValue {
  return Object.fromEntries(
    Array.from(byTenant, ([tenant, parts]) => {
      const last = parts.findLastIndex((part) => part !== 0);
      return [tenant, parts.slice(0, last + 1)] as const;
    }),
  );
}

/** Both together; of a day that both have, the one that is kept, as it may be billed. */
export function joined(counted: LedgerState, kept: LedgerState): LedgerState {
  const days = new Map(counted.days.map((day) => [day.day, day]));
  for (const day of kept.days) days.set(day.day, day);
  const month = counted.before.month > kept.before.month ? counted.before.month : kept.before.month;
  const before = new Map<string, number[]>();
  for (const part of [counted.before, kept.before]) if (part.month === month) addAll(before, part.amounts);
  const inOrder = [...days.values()].toSorted((a, b) => a.day - b.day);
  return { at: counted.at, days: inOrder, before: { month, amounts: before } };
}
