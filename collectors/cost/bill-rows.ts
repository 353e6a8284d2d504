import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Fleet } from '../../src/collect/contract.ts';
import { Failure } from '../../src/model/failure.ts';
import { toUnits } from './amount.ts';
import type { BillDay, BilledComponent, Charge } from './reconcile.ts';

const DAY_MS = 86_400_000;
/** 31 days of a thousand tenants with a dozen services. */
const MAX_ROWS = 500_000;

/** A line of a bill. */
export interface BillRow {
  /** UTC, since the epoch. */
  readonly day: number;
  readonly service: string;
  /** As the bill has it; '' for none. */
  readonly tenant: string;
  /** Money; negative for a credit. */
  readonly amount: number;
}

const row = z.object({
  day: z.iso.date('write a day as 2026-11-20'),
  service: z.string(),
  tenant: z.string().default(''),
  amount: z.string().regex(/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/, 'an amount is a number with a dot: 12.34'),
});

/**
 * The rows of a CSV with a header line: `day,service,tenant,amount` in any order, others ignored, tenant may be left out.
 * @throws Failure `malformed` naming the line
 */
export function parseBill(text: string): BillRow[] {
  const records = recordsOf(text);
  if (records.length > MAX_ROWS) throw new Failure('too_large', `the bill has more than ${MAX_ROWS} rows`);
  return records.map((record, index) => {
    const { data, error } = row.safeParse(record);
    if (data === undefined) {
      const [issue] = error.issues;
      const where = `row ${index + 1} of the bill, ${issue?.path.join('.')}`;
      throw new Failure('malformed', `${where}: ${issue?.message}`);
    }
    const { day, amount, ...rest } = data;
    return { ...rest, day: Date.parse(day) / DAY_MS, amount: Number(amount) };
  });
}

function recordsOf(text: string): unknown[] {
  try {
    const records: unknown = parse(text, { bom: true, columns: true, skip_empty_lines: true, trim: true });
    return Array.isArray(records) ? records : [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('malformed', `the bill is no CSV: ${reason}`, { cause: error });
  }
}

/** Rows by day, for whoever has to bear them. A tenant that the fleet does not know is nobody. */
export function billDays(
  rows: Iterable<BillRow>,
  services: Readonly<Record<string, BilledComponent>>,
  fleet: Fleet,
): BillDay[] {
  const days = new Map<number, { sums: Map<string, Charge>; credits: number }>();
  for (const { day, service, tenant, amount } of rows) {
    const entry = days.get(day) ?? { sums: new Map<string, Charge>(), credits: 0 };
    days.set(day, entry);
    if (amount < 0) {
      entry.credits += toUnits(-amount);
      continue;
    }
    const component = Object.hasOwn(services, service) ? services[service] : undefined;
    const whose = fleet.find(tenant)?.tenant ?? '';
    const key = `${component ?? ''}\n${whose}`;
    const units = (entry.sums.get(key)?.units ?? 0) + toUnits(amount);
    entry.sums.set(key, { component, tenant: whose, units });
  }
  return Array.from(days, ([day, { sums, credits }]) => ({
    day,
    credits,
    charges: [...sums.values()],
  })).toSorted((a, b) => a.day - b.day);
}
