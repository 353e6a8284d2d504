import { formatDuration } from '../../model/duration.ts';
import { nearestName } from '../../model/nearest-name.ts';
import type { PageTest } from './page-test-file.ts';

/** What of a test can never come: a receiver that nobody has, a time that is not reached. */
export function* expectationProblems(
  { until = Number.POSITIVE_INFINITY, page_test: expected }: PageTest,
  receivers: readonly string[],
): Iterable<{ readonly index: number; readonly problem: string }> {
  for (const [index, { receiver, at, within }] of (expected ?? []).entries()) {
    if (!receivers.includes(receiver))
      yield { index, problem: `no receiver is called ${receiver}; ${hintFor(receiver, receivers)}` };
    if (at + within > until)
      yield {
        index,
        problem: `${formatDuration(at)} is after the end of the test, until: ${formatDuration(until)}`,
      };
  }
}

function hintFor(receiver: string, receivers: readonly string[]): string {
  const near = nearestName(receiver, receivers);
  return near === undefined ? `there is ${receivers.join(', ') || 'none'}` : `did you mean ${near}?`;
}
