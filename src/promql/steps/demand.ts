import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import { nameIdentity, withoutName } from '../label-sets.ts';
import { matchPart } from '../nodes/binary/match-signatures.ts';
import type { PlanFrame } from '../nodes/frames.ts';
import { LabelIds } from '../nodes/labels/label-ids.ts';
import type { Aggregate, VectorMatching } from '../tree.ts';
import type { StepRows } from './step-rows.ts';

/**
 * Which rows of a vector somebody will look at: `and` and `unless` ask for those alone that the other side can meet, and
 * most alerts have such a side that is almost always empty. A node may leave out other rows, where that can hide no
 * failure, and need not.
 */
export interface Demand {
  /** The labels it depends on; undefined for all but the metric's name. */
  readonly names: readonly string[] | undefined;
  /** Whether anybody looks at a row with these labels, whatever the metric's name. */
  wants(labels: Labels): boolean;
}

/** The demand of `and` and `unless` for what shares its matched labels with one of `rows`. */
export function demandFor(
  { positions }: StepRows,
  frame: PlanFrame,
  matching: VectorMatching,
): Demand | undefined {
  const { on, labels: names } = matching;
  if (on && nameIdentity(names)) return undefined;
  const ids = new LabelIds(matchPart(matching));
  for (const position of positions) ids.of(withoutName(frame.labels(position)));
  const { size } = ids;
  return {
    names: on ? names : undefined,
    // A label set that was not seen before gets a number from `size` on.
    wants: (labels) => size > 0 && ids.of(withoutName(labels)) < size,
  };
}

/** What both ask for. */
export function bothDemands(a: Demand | undefined, b: Demand | undefined): Demand | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const names = a.names && b.names && [...a.names, ...b.names];
  return { names, wants: (labels) => a.wants(labels) && b.wants(labels) };
}

/** What is asked of an operand whose partners in the result share the matched labels. */
export function demandThrough(
  demand: Demand | undefined,
  { on, labels }: VectorMatching,
): Demand | undefined {
  if (!on) return labels.length === 0 ? demand : undefined;
  return demand?.names?.every((name) => labels.includes(name)) === true ? demand : undefined;
}

/** What a demand for groups asks of their members. */
export function demandForMembers(
  demand: Demand | undefined,
  { grouping, without }: Pick<Aggregate, 'grouping' | 'without'>,
): Demand | undefined {
  const isTold = !without && demand?.names?.every((name) => grouping.includes(name)) === true;
  return isTold ? demand : undefined;
}

/** Whether leaving out series of a selector can hide no failure: those of two metrics may come to have the same labels. */
export function isOfOneMetric(matchers: readonly Matcher[]): boolean {
  return matchers.some(({ name, operator }) => name === METRIC_NAME && operator === '=');
}
