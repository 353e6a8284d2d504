import { readRuleTexts } from '../config/rule-files.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../model/ports.ts';
import { longestWindowMs } from '../promql/inspect.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import type { RuleGroup } from '../ruler/rule.ts';

/** The head keeps at least this, ms: so that a query has something to show. */
const SHORTEST_WINDOW = 15 * 60_000;

export interface RuleSource {
  readonly workingDirectory: string;
  readonly programRoot: string;
  readonly log: Log;
  readonly adjustRules?: (groups: readonly RuleGroup[]) => readonly RuleGroup[];
}

/** The rules that a configuration names. One that does not parse is logged with its position and left out. */
export function loadRules(config: Config, source: RuleSource): readonly RuleGroup[] {
  const texts = readRuleTexts(config.rules.files, source.workingDirectory, source.programRoot);
  const files = texts.map(({ name, text }) => parseRuleFile(text, name));
  for (const { message } of files.flatMap(({ problems }) => problems))
    source.log.error({ problem: message }, 'a rule is left out');
  const groups = files.flatMap((file) => file.groups);
  return source.adjustRules?.(groups) ?? groups;
}

/** How far back the head must reach for all rules, ms. */
export function windowOf(groups: readonly RuleGroup[]): number {
  const rules = groups.flatMap((group) => group.rules);
  return Math.max(SHORTEST_WINDOW, ...rules.map(({ expr }) => longestWindowMs(expr)));
}
