import { messageOf } from '../model/failure.ts';
import { QuerySample } from '../template/query-functions.ts';
import { alertFunctions, parseAlertTemplate } from './alert-template.ts';
import type { AlertingRule } from './rule.ts';

const MAX_LENGTH = 120;
/** As long as a tenant's id may be. */
const LONG_LABEL = 'm'.repeat(24);
const LONG_VALUE = 99_999.5;
/** As long as an address of the agent may be, at a time as long as times are. */
const PLACE = { time: 1_700_000_000_000, externalUrl: `https://${'m'.repeat(24)}` };
const BEGINS_WITH_TENANT =
  /^\{\{-? *(?:or +)?(?:\$labels|\$?\.Labels)\.tenant(?: +"fleet")? *-?\}\}: |^fleet: |^octowatch: /;
const LABEL_USED = /(?:\$labels|\.Labels)\.(\w+)/g;

/** What is wrong with the page line of a rule: its beginning, and its length where every label is 24 characters long. */
export function* summaryProblems(rule: AlertingRule, labelNames: ReadonlySet<string>): Iterable<string> {
  const summary = rule.annotations['summary'];
  if (summary === undefined) return;
  if (!BEGINS_WITH_TENANT.test(summary)) {
    yield 'the summary must begin with "{{ $labels.tenant }}: " ("fleet: " or "octowatch: " where it is about no single tenant)';
  }
  const line = worstCase(rule, summary, labelNames);
  if ('problem' in line) yield `the summary does not render: ${line.problem}`;
  else if (line.text.includes('\n')) yield 'the summary must be one line';
  else if (line.text.length > MAX_LENGTH) {
    yield `the summary may get ${line.text.length} characters long, at most ${MAX_LENGTH} are shown: ${line.text}`;
  }
}

function worstCase(
  rule: AlertingRule,
  summary: string,
  labelNames: ReadonlySet<string>,
): { text: string } | { problem: string } {
  const used = [...summary.matchAll(LABEL_USED)].map(([, name = '']) => name);
  const labels = Object.fromEntries([...labelNames, ...used, 'tenant'].map((name) => [name, LONG_LABEL]));
  const functions = alertFunctions(() => [new QuerySample(labels, LONG_VALUE)], PLACE);
  try {
    const template = parseAlertTemplate(summary, 'summary');
    const data = { labels: { ...labels, ...rule.labels }, value: LONG_VALUE, externalLabels: {}, functions };
    return { text: template(data) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
