import { selectedNames } from '../../promql/inspect.ts';
import { TWO_SAMPLES } from '../../ruler/checks/short-range.ts';
import { callsOf, rangesOf } from '../../ruler/checks/walk.ts';
import type { Rule, RuleGroup } from '../../ruler/rule.ts';

/** A rule whose range is too short for a history of this resolution: it would find nothing, which says nothing. */
export interface ShortRange {
  readonly rule: Rule;
  /** What it reads over the range. */
  readonly metric: string;
  /** The range, ms. */
  readonly rangeMs: number;
  /** How far apart samples may be for it, ms, and how far they are. */
  readonly neededMs: number;
  readonly resolutionMs: number;
}

/**
 * Rules with a range of fewer samples than its function needs.
 * @param resolutionOf how far apart samples of a metric are, ms
 */
export function shortRanges(
  groups: readonly RuleGroup[],
  resolutionOf: (metric: string) => number,
): ShortRange[] {
  return groups
    .flatMap((group) => group.rules)
    .flatMap((rule) => {
      const [worst] = rangesRead(rule, resolutionOf)
        .filter(({ neededMs, resolutionMs }) => neededMs < resolutionMs)
        .toSorted((a, b) => a.neededMs / a.resolutionMs - b.neededMs / b.resolutionMs);
      return worst === undefined ? [] : [worst];
    });
}

function rangesRead(rule: Rule, resolutionOf: (metric: string) => number): ShortRange[] {
  return callsOf(rule.expr).flatMap(({ name, ...call }) =>
    rangesOf({ name, ...call }).flatMap(({ selector, rangeMs }) =>
      selectedNames(selector).map((metric) => ({
        rule,
        metric,
        rangeMs,
        neededMs: rangeMs / (TWO_SAMPLES.has(name) ? 2 : 1),
        resolutionMs: resolutionOf(metric),
      })),
    ),
  );
}
