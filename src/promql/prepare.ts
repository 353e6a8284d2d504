import { Failure } from '../model/failure.ts';
import { resolveDurations } from './durations.ts';
import { compile } from './nodes/compile.ts';
import type { Instant } from './nodes/node.ts';
import { QueryContext, type QueryLimits, type QuerySettings } from './nodes/query-context.ts';
import { rootVector } from './nodes/root.ts';
import { keptSeries } from './nodes/series/series-access.ts';
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

/**
 * Compiles an expression for evaluations at one time after the other; no sample is read yet.
 * @throws Failure `invalid` for a string or range vector, and for arguments that only the evaluator checks
 */
export function prepareQuery(expr: Expr, settings: QuerySettings): PreparedQuery {
  const context = new QueryContext(settings);
  const access = keptSeries(settings.reader, context);
  const node = compile(resolveDurations(expr, { stepMs: 0, rangeMs: 0 }), {
    context,
    access,
    times: undefined,
  });
  const root = rootVector(node, context);
  if (root === undefined) {
    const type = describeType(node.type);
    throw new Failure('invalid', `the expression yields a ${type}, not an instant vector`);
  }
  return {
    at(time, limits = {}) {
      context.begin({ start: time, end: time }, limits);
      return root.at(time);
    },
  };
}
