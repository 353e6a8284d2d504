import { severityOf } from '../../src/model/alert.ts';
import { formatDuration } from '../../src/model/duration.ts';
import { parseRuleFile } from '../../src/ruler/parse-rule-file.ts';
import type { AlertingRule, Rule } from '../../src/ruler/rule.ts';
import { code, fence, page, table } from './markdown.ts';

/** A rule pack as it was read. */
export interface Pack {
  readonly name: string;
  readonly text: string;
}

/** The reference of the rules that ship with octowatch. @throws when a pack has a problem */
export function alertsPage(packs: readonly Pack[]): string {
  return page('Alerts', [
    `The rules that ship with octowatch. \`pack:octopus\` or \`pack:self\` in \`rules.files\` names a pack; other files are Prometheus rule files of your own
([how to write one](../how-to/write-a-rule.md)). **page** wakes somebody, **ticket** waits for the morning, **log** is kept
for the record. Ranges and \`for\` are as shipped; the demo shortens them.`,
    ...packs.flatMap(packBlocks),
    `## Alerts without a rule`,
    `**EvidenceMissing**, ticket, one per tenant and one for the fleet: polls of data that a firing or pending alert needs have failed for longer than
\`rules.hold_for\`, so nobody knows whether the alert is over. It needs no rule. It ends when a poll succeeds again.`,
  ]);
}

function packBlocks({ name, text }: Pack): string[] {
  const { groups, problems } = parseRuleFile(text, name);
  for (const { message } of problems) throw new Error(message);
  const rules = groups.flatMap((group) => group.rules);
  const alerts = rules.filter((rule) => rule.kind === 'alert');
  const recorded = rules.filter((rule) => rule.kind === 'record');
  return [
    `## pack:${name}`,
    table(['alert', 'severity', 'for', 'remedy', 'page line'], alerts.map(overviewRow)),
    ...alerts.flatMap(alertBlocks),
    ...(recorded.length === 0 ? [] : ['### Recorded series', ...recorded.flatMap(recordedBlocks)]),
  ];
}

function overviewRow(rule: AlertingRule): string[] {
  const { summary = '', remedy } = rule.annotations;
  const link = `[${rule.name}](#${titleOf(rule)
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')})`;
  return [
    link,
    severityOf(rule.labels),
    forOf(rule),
    remedy === undefined ? '–' : code(remedy),
    code(summary.replaceAll(/\s+/g, ' ')),
  ];
}

function alertBlocks(rule: AlertingRule): string[] {
  const { action, runbook_url: runbook, remedy } = rule.annotations;
  const facts = [
    action,
    remedy === undefined
      ? undefined
      : `Remedy: ${code(remedy)}, which only plans until it is [armed](../how-to/arm-a-remedy.md).`,
    runbook === undefined ? undefined : `[Runbook](${localRunbook(runbook)})`,
  ];
  return [
    `### ${titleOf(rule)}`,
    `${rule.forMs === 0 ? 'At once' : `After ${forOf(rule)}`}. ${facts.filter((fact) => fact !== undefined).join(' ')}`,
    fence('promql', rule.text),
  ];
}

function recordedBlocks({ name, text }: Rule): string[] {
  return [`${code(name)}:`, fence('promql', text)];
}

/** Unique where one alert has two severities. */
function titleOf(rule: AlertingRule): string {
  return `${rule.name}, ${severityOf(rule.labels)}`;
}

function forOf({ forMs }: AlertingRule): string {
  return forMs === 0 ? '–' : formatDuration(forMs);
}

/** A runbook of this repository is linked where it is: the link check then knows whether it is there. */
function localRunbook(url: string): string {
  return url.replace(/^https:.*\/docs\/runbooks\//, '../runbooks/');
}
