import { Failure, messageOf } from '../model/failure.ts';
import { formatLabels, labelsKey } from '../model/labels.ts';
import type { SeriesReader } from '../model/series.ts';
import { formatDecimal } from '../promql/format-decimal.ts';
import { parseExpression } from '../promql/parser.ts';
import { parseLabels } from '../promql/series-notation.ts';
import { elementsOf, type Element } from '../ruler/rule-result.ts';
import { differenceOf } from './difference.ts';
import type { ExprTest, RuleTestFile } from './rule-test-file.ts';

/** What is wrong with an answer, and where it differs from the samples expected. */
export interface SampleProblem {
  readonly problem: string;
  readonly difference: readonly string[];
}

/** How a query's answer at a time differs from the samples expected; undefined when it does not. */
export function checkSamples(
  test: ExprTest,
  reader: SeriesReader,
  time: number,
  { fuzzy_compare, evaluation_interval }: RuleTestFile,
): SampleProblem | undefined {
  try {
    const options = { reader, time, subqueryStepMs: evaluation_interval };
    const got = elementsOf(parseExpression(test.expr), options);
    const expected = test.exp_samples.map(expectedElement);
    return compare(expected, got, fuzzy_compare);
  } catch (error) {
    return { problem: messageOf(error), difference: [] };
  }
}

/** @throws Failure `invalid` */
function expectedElement({ labels, value, histogram }: ExprTest['exp_samples'][number]): Element {
  if (histogram !== '')
    throw new Failure('invalid', `native histograms are not supported: expected ${histogram}`);
  return { labels: parseLabels(labels), value: value ?? 0 };
}

function compare(
  expected: readonly Element[],
  got: readonly Element[],
  fuzzy: boolean,
): SampleProblem | undefined {
  const isSame = (a: Element, b: Element): boolean =>
    labelsKey(a.labels) === labelsKey(b.labels) && isSameValue(a.value, b.value, fuzzy);
  const { missing, extra } = differenceOf(expected, got, isSame);
  if (missing.length === 0 && extra.length === 0) return undefined;
  return {
    problem: `expected ${count(expected.length)}, got ${count(got.length)}, ${expected.length - missing.length} as expected`,
    difference: [...missing.map((each) => `- ${show(each)}`), ...extra.map((each) => `+ ${show(each)}`)],
  };
}

/** As promtool compares: NaN equals nothing; fuzzy is equal, or neighbours among the floats. */
function isSameValue(a: number, b: number, fuzzy: boolean): boolean {
  if (a === b) return true;
  if (!fuzzy || !Number.isFinite(a) || !Number.isFinite(b)) return false;
  const distance = orderOf(a) - orderOf(b);
  return distance === 1n || distance === -1n;
}

/** The place of a float among all floats. */
function orderOf(value: number): bigint {
  const bits = new BigInt64Array(new Float64Array([value]).buffer)[0] ?? 0n;
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
}

function show({ labels, value }: Element): string {
  const hint = Number.isNaN(value) ? ' (NaN equals nothing: ask whether it is one by `expr != expr`)' : '';
  return `${formatLabels(labels)} ${formatDecimal(value)}${hint}`;
}

function count(samples: number): string {
  return samples === 1 ? '1 sample' : `${samples} samples`;
}
