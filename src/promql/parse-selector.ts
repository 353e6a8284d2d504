import { messageOf } from '../model/failure.ts';
import { isLabelName, METRIC_NAME } from '../model/labels.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../model/matcher.ts';
import { quote } from './string-literal.ts';
import type { Tokens } from './tokens.ts';
import type { VectorSelector } from './tree.ts';

const CONTEXT = 'in label matching';

/** Reads a vector selector: `up`, `up{a="b"}`, `{"my.metric", a!~"b"}`. @throws ParseError */
export function parseSelector(tokens: Tokens): VectorSelector {
  const first = tokens.peek();
  const name = first.kind === 'word' ? tokens.next().text : undefined;
  const matchers = tokens.isSymbol('{') ? parseMatchers(tokens, name !== undefined) : [];
  if (name !== undefined) matchers.unshift(createMatcher(METRIC_NAME, '=', name));
  if (matchers.every((matcher) => matcher.matches(''))) {
    throw tokens.failure(first.start, 'vector selector must contain at least one non-empty matcher');
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

function parseMatchers(tokens: Tokens, isNamed: boolean): Matcher[] {
  const matchers: Matcher[] = [];
  let named = isNamed;
  tokens.expectSymbol('{', CONTEXT);
  while (!tokens.acceptSymbol('}')) {
    const { start } = tokens.peek();
    const matcher = parseMatcher(tokens);
    if (matcher.name === METRIC_NAME && matcher.operator === '=') {
      if (named) throw tokens.failure(start, `metric name must not be set twice: ${quote(matcher.value)}`);
      named = true;
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
    throw tokens.failure(value.start, messageOf(error));
  }
}

function parseOperator(tokens: Tokens): MatchOperator {
  for (const operator of ['=', '!=', '=~', '!~'] as const) if (tokens.acceptSymbol(operator)) return operator;
  throw tokens.unexpected(CONTEXT, 'label matching operator');
}
