import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../model/failure.ts';

/** A rule file as it was read. */
export interface RuleText {
  /** The path as it is shown. */
  readonly name: string;
  readonly text: string;
}

const PACK = 'pack:';

/**
 * The rule files that patterns name: globs from `base`, or `pack:NAME` for one that ships with the program.
 * @throws Failure `invalid` for a pattern that names nothing: no rules is never what was meant
 */
export function readRuleTexts(patterns: readonly string[], base: string, programRoot: string): RuleText[] {
  return patterns.flatMap((pattern) => {
    const isPack = pattern.startsWith(PACK);
    const path = isPack
      ? join(programRoot, 'rules', `${pattern.slice(PACK.length)}.yml`)
      : resolve(base, pattern);
    const files = globSync(path)
      .filter((file) => !file.endsWith('.test.yml'))
      .toSorted();
    if (files.length === 0) throw new Failure('invalid', `rules.files: ${pattern} names no file`);
    return files.map((file) => ({ name: isPack ? pattern : file, text: readFileSync(file, 'utf8') }));
  });
}
