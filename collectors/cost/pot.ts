import { addPart, split, toUnits, type Component } from './amount.ts';

/** Who takes how much of a pot. */
export interface Share {
  /** '' is nobody. */
  readonly tenant: string;
  readonly component: Component;
  /** Compared with those of the other shares; never negative. */
  readonly weight: number;
}

/** Something that costs money as time goes by: a cluster, a machine, a database server. */
export interface Pot {
  /** Money per hour. */
  readonly rate: number;
  /** What it is where nobody has a share. */
  readonly component: Component;
  readonly shares: readonly Share[];
}

/** A thing that cannot be counted, as it has no price. */
export interface Unpriced {
  readonly kind: 'instance_type' | 'database_server';
  readonly name: string;
}

/** What costs money now. */
export interface Rates {
  readonly pots: readonly Pot[];
  readonly unpriced: readonly Unpriced[];
}

const HOUR_MS = 3_600_000;

/** Adds what a pot costs in so many ms to the amounts of those who share it, to the unit. */
export function chargePot(amounts: Map<string, number[]>, pot: Pot, ms: number): void {
  spread(amounts, toUnits((pot.rate * ms) / HOUR_MS), pot.component, pot.shares);
}

/** Spreads units over shares; to nobody, where there are none. */
export function spread(
  amounts: Map<string, number[]>,
  units: number,
  component: Component,
  shares: readonly Share[],
): void {
  const parts = split(
    units,
    shares.map(({ weight }) => weight),
  );
  if (parts === undefined) addPart(amounts, '', component, units);
  else
    for (const [index, share] of shares.entries())
      addPart(amounts, share.tenant, share.component, parts[index] ?? 0);
}
