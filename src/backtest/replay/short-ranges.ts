import { TWO_SAMPLES } from '../../ruler/checks/short-range.ts';
import { callsOf, rangesOf } from '../../ruler/checks/walk.ts';
import type { Rule, RuleGroup } from '../../ruler/rule.ts';

/** A rule whose range is too short for a history of this resolution: it would find nothing, which says nothing. */
export interface ShortRange {
  readonly rule: Rule;
  /** The range, ms. */
  readonly rangeMs: number;
  /** The resolution that the history would need, ms. */
  readonly neededMs: number;
}

/** Rules with a range of fewer than the samples that its function needs, where samples are `stepMs` apart. */
export function shortRanges(groups: readonly RuleGroup[], stepMs: number): ShortRange[] {
  return groups
    .flatMap((group) => group.rules)
    .flatMap((rule) => {
      const [worst] = callsOf(rule.expr)
        .flatMap((call) =>
          rangesOf(call).map(({ rangeMs }) => ({
            rule,
            rangeMs,
            neededMs: rangeMs / (TWO_SAMPLES.has(call.name) ? 2 : 1),
          })),
        )
        .toSorted((a, b) => a.neededMs - b.neededMs);
      return worst !== undefined && worst.neededMs < stepMs ? [worst] : [];
    });
}
