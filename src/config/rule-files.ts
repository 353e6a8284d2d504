import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Failure, messageOf } from '../model/failure.ts';

/** A rule file as it was read. */
export interface RuleText {
  /** The path as it is shown. */
  readonly name: string;
  readonly text: string;
}

const PACK = 'pack:';

/**
 * The rule files that patterns name: globs from `base`, or `pack:NAME` for one that ships with the program, `pack:*`
 * for all of them. A file
 * that several patterns name is read once; tests of rules (`*.test.yml`) are left out.
 * @throws Failure `invalid` for a pattern that names nothing: no rules is never what was meant
 */
export function readRuleTexts(patterns: readonly string[], base: string, programRoot: string): RuleText[] {
  const names = new Map<string, string>();
  for (const pattern of patterns)
    for (const [file, name] of matchesOf(pattern, base, programRoot)) names.set(file, name);
  return Array.from(names, ([file, name]) => ({ name, text: read(file) }));
}

function matchesOf(pattern: string, base: string, programRoot: string): (readonly [string, string])[] {
  const isPack = pattern.startsWith(PACK);
  const path = isPack
    ? join(programRoot, 'rules', `${pattern.slice(PACK.length)}.yml`)
    : resolve(base, pattern);
  const files = globSync(path).filter((file) => !file.endsWith('.test.yml'));
  if (files.length === 0) throw new Failure('invalid', `rules.files: ${pattern} names no file`);
  return files.toSorted().map((file) => [file, isPack ? `${PACK}${basename(file, '.yml')}` : file]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('invalid', `rules.files: cannot read ${file}: ${messageOf(error)}`);
  }
}
