import { messageOf } from '../../model/failure.ts';
import { isLabelName, labelValue, type Labels } from '../../model/labels.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../../model/matcher.ts';
import { MatcherError } from '../matchers/matcher-error.ts';
import { parseMatchers } from '../parse-matchers.ts';
import { EntryFailure } from './entry-failure.ts';

/** An entry of `inhibit_rules`, in Alertmanager's words (docs/configuration.md `<inhibit_rule>`). */
export interface InhibitRuleOptions {
  readonly name?: string | undefined;
  readonly source_matchers?: readonly string[] | undefined;
  readonly source_match?: Labels | undefined;
  readonly source_match_re?: Labels | undefined;
  readonly target_matchers?: readonly string[] | undefined;
  readonly target_match?: Labels | undefined;
  readonly target_match_re?: Labels | undefined;
  readonly equal?: readonly string[] | undefined;
}

/** Alerts that match `targets` are not told while one that matches `sources` fires with the same values of `equal`. */
export interface InhibitRule {
  readonly name: string | undefined;
  readonly sources: readonly Matcher[];
  readonly targets: readonly Matcher[];
  readonly equal: readonly string[];
}

/**
 * A rule of inhibition. Sources and targets must be named: without a matcher any alert would mute, or be muted.
 * @throws EntryFailure
 */
export function parseInhibitRule(options: InhibitRuleOptions): InhibitRule {
  const { name, equal = [] } = options;
  const bad = equal.findIndex((label) => label === '' || !label.isWellFormed());
  if (bad >= 0) throw new EntryFailure(['equal', bad], 'a label name is text that is not empty');
  return { name, sources: sideOf(options, 'source'), targets: sideOf(options, 'target'), equal };
}

/** A text that is equal for alerts whose values of `equal` are; an absent label has the empty one. */
export function equalKey({ equal }: InhibitRule, labels: Labels): string {
  return equal
    .map((name) => {
      const value = labelValue(labels, name);
      return `${value.length}:${value}`;
    })
    .join('');
}

function sideOf(options: InhibitRuleOptions, side: 'source' | 'target'): Matcher[] {
  const matchers = [
    ...plainMatchers(options, `${side}_match`, '='),
    ...plainMatchers(options, `${side}_match_re`, '=~'),
    ...textMatchers(options, `${side}_matchers`),
  ];
  if (matchers.length === 0)
    throw new EntryFailure(
      [`${side}_matchers`],
      `no ${side} is named: write alertname=~".+" where every alert is meant`,
    );
  return matchers;
}

function plainMatchers(
  options: InhibitRuleOptions,
  key: 'source_match' | 'source_match_re' | 'target_match' | 'target_match_re',
  operator: MatchOperator,
): Matcher[] {
  return Object.entries(options[key] ?? {}).map(([name, value]) => {
    if (!isLabelName(name))
      throw new EntryFailure(
        [key, name],
        `no label name: write it in ${key.replace(/_match(_re)?$/, '_matchers')}`,
      );
    try {
      return createMatcher(name, operator, value);
    } catch (error) {
      throw new EntryFailure([key, name], messageOf(error));
    }
  });
}

function textMatchers(options: InhibitRuleOptions, key: 'source_matchers' | 'target_matchers'): Matcher[] {
  return (options[key] ?? []).flatMap((text, index) => {
    try {
      return parseMatchers(text);
    } catch (error) {
      throw new EntryFailure([key, index], error instanceof MatcherError ? error.detail : messageOf(error));
    }
  });
}
