import { Failure } from '../model/failure.ts';

/** What an expression fails with whose result would hold a label set twice. */
export function duplicateLabels(): Failure {
  return new Failure('invalid', 'vector cannot contain metrics with the same labelset');
}
