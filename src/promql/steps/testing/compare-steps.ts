import { messageOf } from '../../../model/failure.ts';
import { formatLabels, labelsKey } from '../../../model/labels.ts';
import type { SeriesReader } from '../../../model/series.ts';
import { parseExpression } from '../../parser.ts';
import { prepareQuery } from '../../prepare.ts';
import { prepareSteps, RowPool, StepFailure, type StepRange } from '../evaluate-steps.ts';

/** Shared by all that is compared: a row that was given back and is still looked at would show. */
const ROWS = new RowPool();

/** What an evaluation came to: text for each value, or the first failure. */
interface Outcome {
  /** `series @ step` to value, `-0` and NaN as themselves. */
  readonly values: ReadonlyMap<string, number>;
  readonly failure?: string;
}

/**
 * How the step evaluator differs from the instant one, asked for one block of steps after the other; undefined when all
 * rows, values and failures are the same.
 */
export function differenceOfSteps(
  text: string,
  reader: SeriesReader,
  range: StepRange,
  blocks = 1,
): string | undefined {
  const expected = instants(text, reader, range);
  const actual = steps(text, reader, range, blocks);
  if (expected.failure !== actual.failure) {
    return `${text}: failed with ${actual.failure}, the instant evaluator with ${expected.failure}`;
  }
  if (expected.failure !== undefined) return undefined;
  for (const [place, value] of expected.values) {
    const found = actual.values.get(place);
    if (found === undefined) return `${text}: nothing for ${place}, expected ${value}`;
    if (!Object.is(found, value)) return `${text}: ${found} for ${place}, expected ${value}`;
  }
  for (const [place, value] of actual.values) {
    if (!expected.values.has(place)) return `${text}: ${value} for ${place}, expected nothing`;
  }
  return undefined;
}

function instants(text: string, reader: SeriesReader, { start, step, count }: StepRange): Outcome {
  const values = new Map<string, number>();
  let time = start;
  try {
    const query = prepareQuery(parseExpression(text), { reader });
    for (; time < start + count * step; time += step) {
      const vector = query.at(time);
      for (let position = 0; position < vector.frame.length; position++) {
        if (vector.present[position] !== 1) continue;
        const place = `${formatLabels(vector.frame.labels(position))} @ ${time}`;
        if (values.has(place)) return { values, failure: `two of ${place}` };
        values.set(place, vector.values[position] ?? 0);
      }
    }
    return { values };
  } catch (error) {
    return { values, failure: `${messageOf(error)} @ ${time}` };
  }
}

function steps(text: string, reader: SeriesReader, range: StepRange, blocks: number): Outcome {
  const values = new Map<string, number>();
  try {
    const prepared = prepareSteps(parseExpression(text), { reader, rows: ROWS });
    const size = Math.ceil(range.count / blocks);
    for (let first = 0; first < range.count; first += size) {
      const block = {
        start: range.start + first * range.step,
        step: range.step,
        count: Math.min(size, range.count - first),
      };
      const matrix = prepared.over(block);
      if (new Set(matrix.labels.map(labelsKey)).size < matrix.labels.length)
        throw new Error('two rows have the same labels');
      for (const [row, labels] of matrix.labels.entries()) {
        if (matrix.present[row]?.includes(1) !== true) throw new Error('a row is empty');
        for (let step = 0; step < block.count; step++) {
          if (matrix.present[row]?.[step] !== 1) continue;
          const place = `${formatLabels(labels)} @ ${block.start + step * block.step}`;
          values.set(place, matrix.values[row]?.[step] ?? 0);
        }
      }
      matrix.release();
    }
    return { values };
  } catch (error) {
    const time = error instanceof StepFailure ? error.time : range.start;
    return { values, failure: `${messageOf(error)} @ ${time}` };
  }
}
