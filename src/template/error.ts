import { Failure } from '../model/failure.ts';

/** A failure in a template at an offset of its text: `summary:1:12: function "foo" is not known`. */
export function templateFailure(name: string, text: string, at: number, problem: string): Failure {
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new Failure('invalid', `${name}:${before.length}:${column}: ${problem}`);
}
