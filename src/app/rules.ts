import { readRuleTexts } from '../config/rule-files.ts';
import type { Config } from '../config/schema.ts';
import type { Dataset } from '../model/dataset.ts';
import { Failure } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { checkRules } from '../ruler/check-rules.ts';
import { knownMetrics } from '../ruler/known-metrics.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import type { RuleFile, RuleGroup } from '../ruler/rule.ts';

export interface RuleSource {
  readonly workingDirectory: string;
  readonly programRoot: string;
  readonly log: Log;
  readonly adjustRules?: (groups: readonly RuleGroup[]) => readonly RuleGroup[];
  /** What rules can read: rules that read anything else are told of. */
  readonly datasets: readonly Dataset[];
  readonly metrics: SelfMetrics;
}

/** The rules that a configuration names, as far as they parse. */
export interface LoadedRules {
  readonly groups: readonly RuleGroup[];
  /** Some were left out. */
  readonly isPartial: boolean;
}

/**
 * The rules of a start: one that does not parse is logged with its position and left out, since an agent that judges by
 * all the others is better than none. The ruler holds its alerts until it is mended.
 * @throws Failure `invalid` for a pattern that names no file
 */
export function loadRules(config: Config, source: RuleSource): LoadedRules {
  const files = readRuleFiles(config, source);
  report(files, config, source);
  return { groups: adjusted(files, source), isPartial: files.some(({ problems }) => problems.length > 0) };
}

/**
 * The rules of a reload: all or none, as those of before are still there to judge by.
 * @throws Failure `invalid` when one does not parse, with all positions
 */
export function reloadRules(config: Config, source: RuleSource): readonly RuleGroup[] {
  const files = readRuleFiles(config, source);
  const problems = files.flatMap((file) => file.problems);
  if (problems.length > 0) {
    const places = problems.map(({ message }) => message).join('\n');
    throw new Failure(
      'invalid',
      `rules do not parse, those of before go on; mend and reload again:\n${places}`,
    );
  }
  report(files, config, source);
  return adjusted(files, source);
}

function readRuleFiles(config: Config, { workingDirectory, programRoot }: RuleSource): readonly RuleFile[] {
  return readRuleTexts(config.rules.files, workingDirectory, programRoot).map(({ name, text }) =>
    parseRuleFile(text, name),
  );
}

function adjusted(files: readonly RuleFile[], { adjustRules }: RuleSource): readonly RuleGroup[] {
  const groups = files.flatMap((file) => file.groups);
  return adjustRules?.(groups) ?? groups;
}

/** Logs and counts what is wrong with rules, and what may be. */
function report(
  files: readonly RuleFile[],
  { collectors }: Config,
  { log, datasets, metrics }: RuleSource,
): void {
  const problems = files.flatMap((file) => file.problems);
  for (const { message } of problems) log.error({ problem: message }, 'a rule is left out');
  metrics.set('octowatch_rule_problems', problems.length, { kind: 'left_out' });
  const known = { metrics: knownMetrics(datasets), scrapes: collectors.prometheus.targets.length > 0 };
  const doubts = checkRules(files, known).filter((finding) => !problems.includes(finding));
  for (const { message } of doubts) log.warn({ problem: message }, 'a rule may not do what it is meant to');
  metrics.set('octowatch_rule_problems', doubts.length, { kind: 'doubtful' });
}
