import { createHash } from 'node:crypto';
import { Failure } from '../../model/failure.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import type { GroupStatus, RuleStatus } from '../../ruler/rule-status.ts';
import type { Form } from './form.ts';
import { matcherSetsOf, optional } from './parameters.ts';

/** What `/rules` is asked for. */
export interface RuleFilter {
  readonly kind: RuleStatus['kind'] | undefined;
  /** Empty sets choose everything. */
  readonly names: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** Rules with labels that satisfy any of them. */
  readonly sets: readonly (readonly Matcher[])[];
  readonly withoutAlerts: boolean;
  /** Groups of one page. */
  readonly groupLimit: number | undefined;
  /** The group that the page begins with. */
  readonly nextToken: string;
}

/** Reads the parameters of `/rules`. @throws Failure `invalid` */
export function ruleFilterOf(form: Form): RuleFilter {
  const groupLimit = optional(form, 'group_limit', toGroupLimit, undefined);
  const nextToken = form.get('group_next_token') ?? '';
  if (nextToken !== '' && groupLimit === undefined)
    throw new Failure('invalid', 'invalid parameter "group_next_token": it needs group_limit beside it');
  return {
    kind: optional(form, 'type', toKind, undefined),
    names: new Set(form.getAll('rule_name[]')),
    groups: new Set(form.getAll('rule_group[]')),
    files: new Set(form.getAll('file[]')),
    sets: matcherSetsOf(form),
    withoutAlerts: optional(form, 'exclude_alerts', toBoolean, false),
    groupLimit,
    nextToken,
  };
}

/** The groups that have rules which are asked for, with those rules alone. */
export function filterGroups(groups: readonly GroupStatus[], filter: RuleFilter): GroupStatus[] {
  return groups
    .filter(({ name, file }) => isIn(filter.groups, name) && isIn(filter.files, file))
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => isWanted(rule, filter)) }))
    .filter(({ rules }) => rules.length > 0);
}

/** One page of groups. @throws Failure `invalid` when its first group is there no more */
export function pageOf(
  groups: readonly GroupStatus[],
  { groupLimit, nextToken }: RuleFilter,
): { groups: readonly GroupStatus[]; groupNextToken?: string } {
  if (groupLimit === undefined) return { groups };
  const begin = nextToken === '' ? 0 : groups.findIndex((group) => tokenOf(group) === nextToken);
  if (begin < 0)
    throw new Failure(
      'invalid',
      'invalid parameter "group_next_token": the rule groups have changed, begin again',
    );
  const next = groups[begin + groupLimit];
  const page = groups.slice(begin, begin + groupLimit);
  return next === undefined ? { groups: page } : { groups: page, groupNextToken: tokenOf(next) };
}

function tokenOf({ file, name }: GroupStatus): string {
  return createHash('sha256').update(`${file};${name}`).digest('hex');
}

function isWanted(rule: RuleStatus, { kind, names, sets }: RuleFilter): boolean {
  if (kind !== undefined && rule.kind !== kind) return false;
  if (!isIn(names, rule.name)) return false;
  return sets.length === 0 || sets.some((matchers) => matchesAll(matchers, rule.labels));
}

function isIn(set: ReadonlySet<string>, name: string): boolean {
  return set.size === 0 || set.has(name);
}

function toKind(text: string): RuleStatus['kind'] {
  const kind = text.toLowerCase();
  if (kind === 'alert' || kind === 'record') return kind;
  throw new Failure('invalid', `not supported value ${JSON.stringify(text)}`);
}

function toBoolean(text: string): boolean {
  if (/^(?:1|t|true)$/i.test(text)) return true;
  if (/^(?:0|f|false)$/i.test(text)) return false;
  throw new Failure('invalid', `true or false, not ${JSON.stringify(text)}`);
}

function toGroupLimit(text: string): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new Failure('invalid', `a whole number above 0, not ${JSON.stringify(text)}`);
}
