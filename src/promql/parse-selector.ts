import { messageOf } from '../model/failure.ts';
import { isLabelName, METRIC_NAME } from '../model/labels.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../model/matcher.ts';
import { quote } from './string-literal.ts';
import type { Tokens } from './tokens.ts';
import type { VectorSelector } from './tree.ts';

const CONTEXT = 'in label matching';

/**
 * Reads a vector selector: `up`, `up{a="b"}`, `{"my.metric", a!~"b"}`.
 * @param mayBeEmpty whether it may match series without any label
 * @throws ParseError
 */
export function parseSelector(tokens: Tokens, mayBeEmpty = false): VectorSelector {
  const first = tokens.peek();
  const name = first.kind === 'word' ? tokens.next().text : undefined;
  const matchers = tokens.isSymbol('{') ? parseMatchers(tokens, name) : [];
  if (name !== undefined) matchers.unshift(createMatcher(METRIC_NAME, '=', name));
  if (!mayBeEmpty && matchers.every((matcher) => matcher.matches(''))) {
    const at = { start: first.start, end: tokens.lastEnd };
    throw tokens.failure(at, 'vector selector must contain at least one non-empty matcher');
  }
  return {
    kind: 'selector',
    type: 'vector',
    matchers,
    offsetMs: 0,
    start: first.start,
    end: tokens.lastEnd,
  };
}

/** @param outside the name before the braces */
function parseMatchers(tokens: Tokens, outside: string | undefined): Matcher[] {
  const matchers: Matcher[] = [];
  tokens.expectSymbol('{', CONTEXT);
  while (!tokens.acceptSymbol('}')) {
    const { start } = tokens.peek();
    const matcher = parseMatcher(tokens);
    if (outside !== undefined && matcher.name === METRIC_NAME) {
      const names = `${quote(outside)} or ${quote(matcher.value)}`;
      throw tokens.failure({ start, end: tokens.lastEnd }, `metric name must not be set twice: ${names}`);
    }
    matchers.push(matcher);
    if (!tokens.isSymbol('}')) tokens.expectSymbol(',', CONTEXT);
  }
  return matchers;
}

function parseMatcher(tokens: Tokens): Matcher {
  const name = tokens.peek();
  if (name.kind === 'string' && (tokens.isSymbol(',', 1) || tokens.isSymbol('}', 1))) {
    tokens.next();
    return createMatcher(METRIC_NAME, '=', name.value);
  }
  const isName = name.kind === 'word' ? isLabelName(name.text) : name.kind === 'string' && name.value !== '';
  if (!isName) throw tokens.unexpected(CONTEXT, 'identifier or "}"');
  tokens.next();
  const operator = parseOperator(tokens);
  const value = tokens.peek();
  if (value.kind !== 'string') throw tokens.unexpected(CONTEXT, 'string');
  tokens.next();
  try {
    return createMatcher(name.kind === 'string' ? name.value : name.text, operator, value.value);
  } catch (error) {
    throw tokens.failure(value, messageOf(error));
  }
}

function parseOperator(tokens: Tokens): MatchOperator {
  for (const operator of ['=', '!=', '=~', '!~'] as const) if (tokens.acceptSymbol(operator)) return operator;
  throw tokens.unexpected(CONTEXT, 'label matching operator');
}
