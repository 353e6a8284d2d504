import { messageOf } from '../model/failure.ts';
import { QuerySample } from '../template/query-functions.ts';
import { alertFunctions, parseAlertTemplate } from './alert-template.ts';
import type { AlertingRule } from './rule.ts';

const MAX_LENGTH = 120;
/** What a locked phone shows. */
const ENOUGH_ALONE = 60;
/** As long as a tenant's id may be. */
const LONG_LABEL = 'm'.repeat(24);
const LONG_VALUE = 99_999.5;
/** What most rules count is below: shares, tasks, tenants. */
const USUAL_VALUE = 99;
const NUMBER = /\d+(?:[.,]\d+)*/g;
/** As long as an address of the agent may be, at a time as long as times are. */
const PLACE = { time: 1_700_000_000_000, externalUrl: `https://${'m'.repeat(24)}` };
const BEGINS_WITH_TENANT =
  /^\{\{-? *(?:or +)?(?:\$labels|\$?\.Labels)\.tenant(?: +"fleet")? *-?\}\}: |^fleet: |^octowatch: /;
const LABEL_USED = /(?:\$labels|\.Labels)\.(\w+)/g;

/**
 * What is wrong with the page line of a rule: its beginning, its length where every label is 24 characters long, and for a
 * page a number that a phone, which shows 60 characters, would cut in two.
 */
export function* summaryProblems(rule: AlertingRule, labelNames: ReadonlySet<string>): Iterable<string> {
  const summary = rule.annotations['summary'];
  if (summary === undefined) return;
  if (!BEGINS_WITH_TENANT.test(summary)) {
    yield 'the summary must begin with "{{ $labels.tenant }}: " ("fleet: " or "octowatch: " where it is about no single tenant)';
  }
  const line = rendered(rule, summary, labelNames, LONG_VALUE);
  if ('problem' in line) yield `the summary does not render: ${line.problem}`;
  else if (line.text.includes('\n')) yield 'the summary must be one line';
  else if (line.text.length > MAX_LENGTH) {
    yield `the summary may get ${line.text.length} characters long, at most ${MAX_LENGTH} are shown: ${line.text}`;
  } else if (rule.labels['severity'] === 'page') yield* cutNumber(rule, summary, labelNames);
}

function* cutNumber(rule: AlertingRule, summary: string, labelNames: ReadonlySet<string>): Iterable<string> {
  const line = rendered(rule, summary, labelNames, USUAL_VALUE);
  if ('problem' in line) return;
  const cut = [...line.text.matchAll(NUMBER)].find(
    ({ 0: number, index }) => index < ENOUGH_ALONE && index + number.length > ENOUGH_ALONE,
  );
  if (cut !== undefined)
    yield `a phone shows ${ENOUGH_ALONE} characters, and cuts the number ${cut[0]} in two: put it before them or after: ${line.text}`;
}

function rendered(
  rule: AlertingRule,
  summary: string,
  labelNames: ReadonlySet<string>,
  value: number,
): { text: string } | { problem: string } {
  const used = [...summary.matchAll(LABEL_USED)].map(([, name = '']) => name);
  const labels = Object.fromEntries([...labelNames, ...used, 'tenant'].map((name) => [name, LONG_LABEL]));
  const functions = alertFunctions(() => [new QuerySample(labels, value)], PLACE);
  try {
    const template = parseAlertTemplate(summary, 'summary');
    const data = { labels: { ...labels, ...rule.labels }, value, externalLabels: {}, functions };
    return { text: template(data) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
