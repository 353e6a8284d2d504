import type { StepRows } from './step-rows.ts';

/**
 * By signature, 1 at the steps where a row that has it has a value. Where one row alone has it these are the row's own
 * flags: look at them before the row is given away.
 * @param signatures by position
 */
export function presenceOf(
  { positions, rows }: StepRows,
  signatures: Int32Array,
): ReadonlyMap<number, Uint8Array> {
  const flags = new Map<number, Uint8Array>();
  const shared = new Set<number>();
  for (const [index, { present }] of rows.entries()) {
    const signature = signatures[positions[index] ?? 0] ?? 0;
    const known = flags.get(signature);
    if (known === undefined) {
      flags.set(signature, present);
      continue;
    }
    const target = shared.has(signature) ? known : known.slice();
    shared.add(signature);
    flags.set(signature, target);
    for (let step = 0; step < target.length; step++)
      target[step] = (target[step] ?? 0) | (present[step] ?? 0);
  }
  return flags;
}

/** Clears the flags where `other` has none (`wanted`), or where it has one. */
export function mask(present: Uint8Array, other: Uint8Array, wanted: boolean): void {
  if (wanted)
    for (let step = 0; step < present.length; step++)
      present[step] = (present[step] ?? 0) & (other[step] ?? 0);
  else
    for (let step = 0; step < present.length; step++)
      present[step] = (present[step] ?? 0) & (1 ^ (other[step] ?? 0));
}
