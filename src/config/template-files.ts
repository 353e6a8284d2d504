import { globSync, readFileSync } from 'node:fs';
import { Failure, messageOf } from '../model/failure.ts';

/** A file of notification templates as it was read. */
export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

const WILDCARD = /[*?[{]/;

/**
 * The files that `templates` names: absolute globs, in their order. As in Alertmanager a pattern may find none yet; a
 * path without a wildcard is a file that must be there.
 * @throws Failure `invalid` for a file that cannot be read
 */
export function readTemplateFiles(patterns: readonly string[]): TemplateFile[] {
  const names = new Set(
    patterns.flatMap((pattern) => (WILDCARD.test(pattern) ? globSync(pattern).toSorted() : [pattern])),
  );
  return Array.from(names, (name) => ({ name, text: read(name) }));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('invalid', `templates: cannot read ${file}: ${messageOf(error)}`);
  }
}
