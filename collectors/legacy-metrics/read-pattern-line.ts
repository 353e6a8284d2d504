import { RE2JS } from 're2js';
import { Failure, messageOf } from '../../src/model/failure.ts';
import type { LineValues } from './line-values.ts';

/** Reads lines by a pattern whose named groups are field names. */
export type ReadPatternLine = (bytes: Uint8Array, start: number, end: number, values: LineValues) => boolean;

/**
 * A reader by an RE2 pattern (linear in the line), e.g. `^(?P<timestamp>\S+) (?P<method>\S+) (?P<path>\S+)`.
 * @throws Failure `invalid` for a pattern that does not compile or names no group
 */
export function createPatternReader(pattern: string): ReadPatternLine {
  const compiled = compile(pattern);
  const groups = Object.entries(compiled.namedGroups());
  if (groups.length === 0)
    throw new Failure(
      'invalid',
      'collectors.legacy-metrics.pattern has no named group like (?P<timestamp>…)',
    );
  return (bytes, start, end, values) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
    const matcher = compiled.matcher(text);
    if (!matcher.find()) return false;
    values.clear(bytes);
    values.assign(groups.map(([name, group]) => [name, matcher.group(group) ?? '']));
    return true;
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new Failure('invalid', `collectors.legacy-metrics.pattern: ${messageOf(error)}`, { cause: error });
  }
}
