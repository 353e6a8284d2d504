import type { StepRows } from './step-rows.ts';

/**
 * Holds the rows to what holds for the elements of one time: first as if all had a value at once, which most pass, then
 * step by step.
 * @param length of the rows' frame
 * @param verify throws where present positions do not go together
 */
export function verifySteps(
  { positions, rows }: StepRows,
  length: number,
  verify: (present: Uint8Array) => void,
): void {
  const present = new Uint8Array(length);
  for (const position of positions) present[position] = 1;
  if (passes(verify, present)) return;
  const count = rows[0]?.present.length ?? 0;
  for (let step = 0; step < count; step++) {
    for (const [index, position] of positions.entries()) present[position] = rows[index]?.present[step] ?? 0;
    verify(present);
  }
}

function passes(verify: (present: Uint8Array) => void, present: Uint8Array): boolean {
  try {
    verify(present);
    return true;
  } catch {
    return false;
  }
}
