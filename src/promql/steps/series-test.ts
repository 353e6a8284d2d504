import { pairOperation } from '../nodes/binary/pair-operation.ts';
import type { Binary } from '../tree.ts';
import type { SeriesTest } from './selector-steps.ts';

/**
 * Whether a comparison with a constant can hold for any of a series' samples: most alerts are about what is almost never
 * so, and need no row to be made of all the others.
 * @param side on which the series stands
 * @returns undefined for what is no comparison that filters, or with no constant
 */
export function seriesTestOf(
  expr: Binary,
  constant: number | undefined,
  side: 'left' | 'right',
): SeriesTest | undefined {
  if (constant === undefined) return undefined;
  const operation = pairOperation(expr);
  if (operation.kind !== 'filter') return undefined;
  let others = new Float64Array(0);
  let flags = new Uint8Array(0);
  return (values) => {
    if (others.length < values.length) {
      others = new Float64Array(values.length * 2).fill(constant);
      flags = new Uint8Array(values.length * 2);
    }
    const [left, right] = side === 'left' ? [values, others] : [others, values];
    operation.holds(left, right, values.length, flags);
    const first = flags.indexOf(1);
    return first >= 0 && first < values.length;
  };
}
