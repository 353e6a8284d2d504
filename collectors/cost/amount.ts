/** Money is counted in whole hundred-millionths, so that sums are exact; safe up to 90 million. */
export const UNITS = 100_000_000;

/** What costs are made of; what is idle is counted apart from what is asked for or used. */
export const COMPONENTS = [
  'compute',
  'compute_idle',
  'database',
  'database_idle',
  'storage',
  'overhead',
] as const;
export type Component = (typeof COMPONENTS)[number];

/** Units by component, in the order of `COMPONENTS`. */
export type Parts = readonly number[];
/** Parts by tenant; '' has what is allocated to nobody. */
export type Amounts = ReadonlyMap<string, Parts>;

/** Money as whole units. Nothing costs less than nothing. */
export function toUnits(money: number): number {
  return Number.isFinite(money) && money > 0 ? Math.round(money * UNITS) : 0;
}

/** Units as money. */
export function toMoney(units: number): number {
  return units / UNITS;
}

/**
 * Splits whole units by weights into whole units, whose sum is `total` exactly: the largest remainders get what is left
 * over. Undefined where there is nothing to split by.
 */
export function split(total: number, weights: readonly number[]): readonly number[] | undefined {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (!(sum > 0) || !Number.isFinite(sum)) return undefined;
  const exact = weights.map((weight) => (weight / sum) * total);
  const shares = exact.map(Math.floor);
  let left = total - shares.reduce((all, share) => all + share, 0);
  const byRemainder = exact
    .map((share, index) => [share - Math.floor(share), index] as const)
    .toSorted(([a, i], [b, j]) => b - a || i - j);
  for (let turn = 0; left !== 0; turn = (turn + 1) % byRemainder.length) {
    const index = byRemainder[turn]?.[1] ?? 0;
    // Of floats as large as these a sum can be one too many as well.
    const step = left > 0 ? 1 : (shares[index] ?? 0) > 0 ? -1 : 0;
    shares[index] = (shares[index] ?? 0) + step;
    left -= step;
  }
  return shares;
}

/** Adds units to a part of a tenant. */
export function addPart(
  amounts: Map<string, number[]>,
  tenant: string,
  component: Component,
  units: number,
): void {
  if (units === 0) return;
  const parts = amounts.get(tenant) ?? COMPONENTS.map(() => 0);
  const index = COMPONENTS.indexOf(component);
  parts[index] = (parts[index] ?? 0) + units;
  amounts.set(tenant, parts);
}

/** Adds all of `more` to `amounts`. */
export function addAll(amounts: Map<string, number[]>, more: Amounts): void {
  for (const [tenant, parts] of more)
    for (const [index, component] of COMPONENTS.entries())
      addPart(amounts, tenant, component, parts[index] ?? 0);
}

/** The sum of parts. */
export function sumOf(parts: Parts): number {
  return parts.reduce((sum, part) => sum + part, 0);
}

/** The sum of everything. */
export function totalOf(amounts: Amounts): number {
  let total = 0;
  for (const parts of amounts.values()) total += sumOf(parts);
  return total;
}
