import type { Node } from 'yaml';
import { parseDuration } from '../model/duration.ts';
import { messageOf } from '../model/failure.ts';
import { METRIC_NAME, type Labels } from '../model/labels.ts';
import { ParseError } from '../promql/parse-error.ts';
import { parseExpression } from '../promql/parser.ts';
import type { Expr } from '../promql/tree.ts';
import { checkTemplate } from './alert-template.ts';
import { placesOf } from './rule-places.ts';
import type { Rule, RuleFile, RuleGroup } from './rule.ts';
import { YamlSource, type Field, type Texts } from './yaml-source.ts';

const FILE_FIELDS = new Set(['groups']);
const GROUP_FIELDS = new Set(['name', 'interval', 'limit', 'query_offset', 'labels', 'rules']);
const RULE_FIELDS = new Set(['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations']);

type Fields = ReadonlyMap<string, Field>;

export interface RuleFileOptions {
  /** Takes fields that Prometheus does not know, as promtool's option of that name does. Default false. */
  readonly ignoreUnknownFields?: boolean;
}

/** A Prometheus rule file; what is wrong is reported with its position, and the rest is returned all the same. */
export function parseRuleFile(text: string, fileName: string, options: RuleFileOptions = {}): RuleFile {
  const source = new YamlSource(fileName, text, options.ignoreUnknownFields);
  const root = source.root;
  const fields = root === undefined ? undefined : source.fields(root, 'a rule file', FILE_FIELDS);
  const groups: RuleGroup[] = [];
  for (const node of source.items(fields?.get('groups')?.value, 'groups')) {
    const group = parseGroup(source, node, fileName);
    if (group === undefined) continue;
    if (groups.some(({ name }) => name === group.name)) {
      source.report(node, `the file has two groups named ${JSON.stringify(group.name)}: rename one`);
    } else groups.push(group);
  }
  return { name: fileName, groups, problems: source.problems };
}

function parseGroup(source: YamlSource, node: Node, file: string): RuleGroup | undefined {
  const fields = source.fields(node, 'a group', GROUP_FIELDS);
  if (fields === undefined) return undefined;
  const name = source.text(fields.get('name'), 'name') ?? '';
  if (name === '') {
    source.report(node, 'the group has no name: add name:');
    return undefined;
  }
  const labels = toLabels(parseTexts(source, fields.get('labels'), 'label'));
  const rules = source
    .items(fields.get('rules')?.value, 'rules')
    .map((rule) => parseRule(source, rule, labels))
    .filter((rule) => rule !== undefined);
  const intervalMs = duration(source, fields.get('interval'), 'interval');
  return {
    name,
    file,
    ...(intervalMs === undefined || intervalMs === 0 ? {} : { intervalMs }),
    limit: wholeNumber(source, fields.get('limit'), 'limit'),
    queryOffsetMs: duration(source, fields.get('query_offset'), 'query_offset') ?? 0,
    rules,
  };
}

function parseRule(source: YamlSource, node: Node, groupLabels: Labels): Rule | undefined {
  const before = source.problems.length;
  const fields = source.fields(node, 'a rule', RULE_FIELDS);
  if (fields === undefined) return undefined;
  const record = source.text(fields.get('record'), 'record') ?? '';
  const alert = source.text(fields.get('alert'), 'alert') ?? '';
  const rule = readRule(source, node, fields, { record, alert }, groupLabels);
  if (source.problems.length === before) return rule;
  const name = alert === '' ? record : alert;
  if (name !== '') source.attribute(before, name);
  return undefined;
}

/** The names of a rule: one of them is empty, or ought to be. */
type RuleNames = Readonly<Record<Rule['kind'], string>>;

function readRule(
  source: YamlSource,
  node: Node,
  fields: Fields,
  names: RuleNames,
  groupLabels: Labels,
): Rule | undefined {
  const kind = ruleKind(source, node, fields, names);
  const text = source.text(fields.get('expr'), 'expr') ?? '';
  const expr = parseExpr(source, node, fields.get('expr'), text);
  const ownLabels = parseTexts(source, fields.get('labels'), 'label');
  const annotations = parseTexts(source, fields.get('annotations'), 'annotation');
  const forMs = duration(source, fields.get('for'), 'for') ?? 0;
  const keepFiringForMs = duration(source, fields.get('keep_firing_for'), 'keep_firing_for') ?? 0;
  if (kind === 'alert') {
    checkTemplates(source, ownLabels, 'label');
    checkTemplates(source, annotations, 'annotation');
  }
  if (kind === undefined || expr === undefined) return undefined;
  const name = names[kind];
  const labels = { ...groupLabels, ...toLabels(ownLabels) };
  const places = {
    expr: source.placesWithin(fields.get('expr')?.value),
    labels: placesOf(source, ownLabels),
    annotations: placesOf(source, annotations),
  };
  const base = { name, text, expr, labels, position: source.position(node), places };
  if (kind === 'record') return { kind, ...base };
  return { kind, ...base, forMs, keepFiringForMs, annotations: toLabels(annotations) };
}

function ruleKind(
  source: YamlSource,
  node: Node,
  fields: Fields,
  { record, alert }: RuleNames,
): Rule['kind'] | undefined {
  if (record !== '' && alert !== '') {
    source.report(fields.get('alert')?.key, 'a rule is either record or alert, not both');
    return undefined;
  }
  if (record === '' && alert === '') {
    source.report(node, 'the rule needs record: or alert:');
    return undefined;
  }
  if (alert !== '') return 'alert';
  for (const name of ['for', 'keep_firing_for', 'annotations']) {
    const field = fields.get(name);
    if (field !== undefined && !source.isEmpty(field))
      source.report(field.key, `${name} is for alerts only: a recording rule has none`);
  }
  if (/[{}]/.test(record)) {
    source.report(
      fields.get('record')?.value,
      `not a metric name: ${JSON.stringify(record)} (labels go below labels:)`,
    );
  }
  return 'record';
}

function parseExpr(source: YamlSource, node: Node, field: Field | undefined, text: string): Expr | undefined {
  if (text.trim() === '' || field?.value === undefined) {
    source.report(field?.key ?? node, 'the rule has no expr');
    return undefined;
  }
  try {
    const expr = parseExpression(text);
    if (expr.type === 'scalar' || expr.type === 'vector') return expr;
    source.report(field.value, `expr must yield an instant vector or a scalar, not a ${expr.type}`);
  } catch (error) {
    if (error instanceof ParseError) {
      source.reportWithin(field.value, error.span, `expr: ${error.detail}`);
    } else source.report(field.value, `expr: ${messageOf(error)}`);
  }
  return undefined;
}

/** Labels or annotations, bad names reported. */
function parseTexts(source: YamlSource, field: Field | undefined, what: 'label' | 'annotation'): Texts {
  const texts = source.texts(field, `${what}s`);
  for (const [name, { field: own }] of texts) {
    const isBad = name === '' || (what === 'label' && name === METRIC_NAME) || !name.isWellFormed();
    if (isBad) source.report(own.key, `bad ${what} name ${JSON.stringify(name)}`);
  }
  return texts;
}

function checkTemplates(source: YamlSource, texts: Texts, what: string): void {
  for (const [name, { text, field }] of texts) {
    const problem = checkTemplate(text, name);
    if (problem === undefined || field.value === undefined) continue;
    source.reportWithin(field.value, problem.span, `${what} ${name}: ${problem.detail}`);
  }
}

function toLabels(texts: Texts): Labels {
  return Object.fromEntries(Array.from(texts, ([name, { text }]) => [name, text]));
}

function duration(source: YamlSource, field: Field | undefined, what: string): number | undefined {
  const text = source.text(field, what);
  if (text === undefined) return undefined;
  try {
    return parseDuration(text);
  } catch (error) {
    source.report(field?.value ?? field?.key, `${what}: ${messageOf(error)}`);
    return undefined;
  }
}

function wholeNumber(source: YamlSource, field: Field | undefined, what: string): number {
  const text = source.text(field, what) ?? '0';
  if (/^-?\d+$/.test(text)) return Math.max(0, Number(text));
  source.report(field?.value ?? field?.key, `${what} must be a whole number`);
  return 0;
}
