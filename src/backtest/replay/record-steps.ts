import { Failure } from '../../model/failure.ts';
import { labelsKey, METRIC_NAME } from '../../model/labels.ts';
import type { GrowingColumn } from '../../promql/columns.ts';
import type { StepMatrix, StepRange } from '../../promql/steps/evaluate-steps.ts';
import { withoutEmpty } from '../../ruler/rule-labels.ts';
import type { RecordingRule } from '../../ruler/rule.ts';
import { endColumn, type ColumnWriter } from './column-writer.ts';

/**
 * Writes what a recording rule yields over a block of steps.
 * @throws Failure when two series become one, `budget` when there are more than `limit` (0: any number) at a step
 */
export function recordSteps(
  rule: RecordingRule,
  matrix: StepMatrix,
  range: StepRange,
  writer: ColumnWriter,
  limit: number,
): void {
  if (limit > 0) checkLimit(matrix, range, limit);
  const labels = matrix.labels.map((own) =>
    withoutEmpty({ ...own, ...rule.labels, [METRIC_NAME]: rule.name }),
  );
  if (new Set(labels.map(labelsKey)).size < labels.length) {
    throw new Failure('invalid', 'two series have the same labels after the labels of the rule were added');
  }
  const columns = labels.map((own) => writer.column(own));
  const open = new Set<GrowingColumn>();
  const before = writer.exchangeOpen(open);
  const written = new Set(columns);
  for (const column of before) if (!written.has(column)) endColumn(column, range.start);
  for (const [row, column] of columns.entries())
    if (write(column, matrix, row, range, before.has(column))) open.add(column);
}

/** Whether the series has a value at the last step. */
function write(
  column: GrowingColumn,
  { values, present }: StepMatrix,
  row: number,
  { start, step, count }: StepRange,
  wasOpen: boolean,
): boolean {
  const [numbers, marks] = [values[row], present[row]];
  let isOpen = wasOpen;
  for (let at = 0; at < count; at++) {
    if (marks?.[at] === 1) column.append(start + at * step, numbers?.[at] ?? Number.NaN);
    else if (isOpen) endColumn(column, start + at * step);
    isOpen = marks?.[at] === 1;
  }
  return isOpen;
}

function checkLimit({ present }: StepMatrix, { start, step, count }: StepRange, limit: number): void {
  for (let at = 0; at < count; at++) {
    const series = present.reduce((sum, row) => sum + (row[at] ?? 0), 0);
    if (series > limit) {
      const when = new Date(start + at * step).toISOString();
      throw new Failure(
        'budget',
        `the rule yields ${series} series at ${when}, its group's limit is ${limit}`,
      );
    }
  }
}
