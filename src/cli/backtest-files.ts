import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseIncidents, type IncidentRecord } from '../backtest/incidents/incident-records.ts';
import { onlyRule } from '../backtest/only-rule.ts';
import { readRuleTexts } from '../config/rule-files.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import type { CliHost } from './host.ts';

/**
 * The rules of files, globs and packs; of a folder its rule files.
 * @param name of the one rule that is meant; those that it reads come along
 * @param mayLack the name: an old set of rules may not have it yet
 * @throws Failure `invalid` when one does not parse, with all positions
 */
export function readBacktestRules(
  host: Pick<CliHost, 'workingDirectory' | 'programRoot'>,
  patterns: readonly string[],
  name: string | undefined,
  mayLack = false,
): readonly RuleGroup[] {
  const globs = patterns.map((pattern) =>
    isFolder(resolve(host.workingDirectory, pattern)) ? join(pattern, '*.yml') : pattern,
  );
  const files = readRuleTexts(globs, host.workingDirectory, host.programRoot).map((file) =>
    parseRuleFile(file.text, file.name),
  );
  const problems = files.flatMap((file) => file.problems.map(({ message }) => message));
  if (problems.length > 0) throw new Failure('invalid', `rules do not parse:\n${problems.join('\n')}`);
  const groups = files.flatMap((file) => file.groups);
  const isThere = groups.some(({ rules }) => rules.some((rule) => rule.name === name));
  if (name === undefined) return groups;
  return mayLack && !isThere ? [] : onlyRule(groups, name);
}

/** The incidents of a file of records. @throws Failure `invalid` */
export function readIncidents(host: Pick<CliHost, 'workingDirectory'>, file: string): IncidentRecord[] {
  return parseIncidents(readText(resolve(host.workingDirectory, file), file), file);
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure('invalid', `cannot read ${file}: ${messageOf(error)}`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
