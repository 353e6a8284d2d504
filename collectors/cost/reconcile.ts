import { addPart, COMPONENTS, type Amounts, type Component } from './amount.ts';
import { spread, type Share } from './pot.ts';

/** What a service of a bill is: idle parts are found by the estimate. */
export type BilledComponent = Exclude<Component, 'compute_idle' | 'database_idle'>;

/** What was paid for one thing on a day. */
export interface Charge {
  /** Undefined where the service is none that is shared. */
  readonly component: BilledComponent | undefined;
  /** '' where the bill names none, or one that the fleet does not know. */
  readonly tenant: string;
  /** Not negative. */
  readonly units: number;
}

/** A day of a bill. */
export interface BillDay {
  /** Since the epoch. */
  readonly day: number;
  readonly charges: readonly Charge[];
  readonly credits: number;
}

const IDLE: Partial<Record<BilledComponent, Component>> = {
  compute: 'compute_idle',
  database: 'database_idle',
};

/**
 * Who bears what was paid: the tenant that the bill names; else those who share that component by the estimate of the day,
 * nobody's share included. What cannot be shared is nobody's. The sum is that of the charges, to the unit.
 */
export function bearersOf({ charges }: BillDay, estimate: Amounts): Amounts {
  const amounts = new Map<string, number[]>();
  for (const { component, tenant, units } of charges) {
    if (component === undefined) addPart(amounts, tenant, 'overhead', units);
    else if (tenant !== '') spread(amounts, units, component, sharesIn(estimate, component, tenant));
    else spread(amounts, units, component, sharesIn(estimate, component));
  }
  return amounts;
}

/** The shares of the estimate, of one tenant or of all. Overhead that was not estimated all bear alike. */
function sharesIn(estimate: Amounts, component: BilledComponent, only?: string): Share[] {
  const idle = IDLE[component];
  const parts: readonly Component[] = idle === undefined ? [component] : [component, idle];
  const shares: Share[] = [];
  for (const tenant of only === undefined ? estimate.keys() : [only]) {
    const units = estimate.get(tenant) ?? [];
    for (const part of parts)
      shares.push({ tenant, component: part, weight: units[COMPONENTS.indexOf(part)] ?? 0 });
  }
  if (shares.some(({ weight }) => weight > 0)) return shares;
  if (only !== undefined) return [{ tenant: only, component, weight: 1 }];
  if (component !== 'overhead') return [];
  return [...estimate.keys()]
    .filter((tenant) => tenant !== '')
    .map((tenant) => ({ tenant, component, weight: 1 }));
}
