import { Failure } from '../model/failure.ts';
import { evaluateInstant } from './evaluate.ts';
import { ListFrame } from './nodes/frames.ts';
import type { Instant } from './nodes/node.ts';
import type { QueryLimits, QuerySettings } from './nodes/query-context.ts';
import { Row } from './nodes/row.ts';
import { describeType, type Expr } from './tree.ts';

/** An expression that is evaluated again and again and keeps what it has learned of its series. */
export interface PreparedQuery {
  /**
   * The elements at a time, in ms; a scalar is one element without labels. Labels are final (no name is left to drop)
   * and no two present positions have the same. Frame and arrays are those of the next answer too: positions stay what
   * they are for as long as the frame's epoch, which is what to keep things by (`FrameCursor`).
   * @throws Failure `invalid`, `budget`, `timeout`, or the signal's reason; the query can be asked again after it
   */
  at(time: number, limits?: QueryLimits): Instant;
}

/** @throws Failure `invalid` for a string or range vector, and for arguments that only the evaluator checks */
export function prepareQuery(expr: Expr, settings: QuerySettings): PreparedQuery {
  if (expr.type === 'string' || expr.type === 'matrix') {
    throw new Failure('invalid', `the expression yields a ${describeType(expr.type)}, not an instant vector`);
  }
  const frame = new ListFrame();
  const row = new Row(frame);
  return {
    at(time, limits) {
      const value = evaluateInstant(expr, { ...settings, ...limits, time });
      frame.clear();
      const vector =
        value.type === 'vector'
          ? value
          : { labels: [{}], values: [value.type === 'scalar' ? value.value : Number.NaN] };
      for (const labels of vector.labels) frame.push(labels);
      row.begin();
      vector.labels.forEach((_labels, index) => row.set(index, vector.values[index] ?? Number.NaN));
      return row;
    },
  };
}
