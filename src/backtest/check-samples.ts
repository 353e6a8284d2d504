import { messageOf } from '../model/failure.ts';
import { formatLabels, labelsKey } from '../model/labels.ts';
import type { SeriesReader } from '../model/series.ts';
import { parseExpression } from '../promql/parser.ts';
import { parseLabels } from '../promql/testing/series-notation.ts';
import { elementsOf, type Element } from '../ruler/rule-result.ts';
import type { ExprTest, RuleTestFile } from './rule-test-file.ts';

/** How a query's answer differs from the samples expected, in one line; undefined when it does not. */
export function checkSamples(
  test: ExprTest,
  reader: SeriesReader,
  time: number,
  { fuzzy_compare, evaluation_interval }: RuleTestFile,
): string | undefined {
  try {
    const expected = test.exp_samples.map(({ labels, value, histogram }) => {
      if (typeof histogram === 'string') throw new Error('native histograms are not supported');
      return { labels: parseLabels(labels ?? ''), value: value ?? 0 };
    });
    const options = { reader, time, subqueryStepMs: evaluation_interval };
    return compare(expected, elementsOf(parseExpression(test.expr), options), fuzzy_compare);
  } catch (error) {
    return messageOf(error);
  }
}

function compare(expected: readonly Element[], got: readonly Element[], fuzzy: boolean): string | undefined {
  const answers = new Map(got.map((element) => [labelsKey(element.labels), element]));
  const agree = expected.every(({ labels, value }) => {
    const answer = answers.get(labelsKey(labels));
    return answer !== undefined && isSame(value, answer.value, fuzzy);
  });
  if (agree && expected.length === got.length) return undefined;
  return `expected ${show(expected)}, got ${show(got)}`;
}

/** Fuzzy as promtool compares: equal, or neighbours among the floats. */
function isSame(a: number, b: number, fuzzy: boolean): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!fuzzy || !Number.isFinite(a) || !Number.isFinite(b)) return false;
  const distance = bitsOf(a) - bitsOf(b);
  return distance === 1n || distance === -1n;
}

function bitsOf(value: number): bigint {
  return new BigInt64Array(new Float64Array([value]).buffer)[0] ?? 0n;
}

function show(samples: readonly Element[]): string {
  if (samples.length === 0) return 'nothing';
  return samples.map(({ labels, value }) => `${formatLabels(labels)} ${value}`).join(', ');
}
