import { RE2JS } from 're2js';
import { Failure, messageOf } from './failure.ts';

/** Decides on a label value, in time linear in its length. */
export type ValueTest = (value: string) => boolean;

/** Answers remembered per expression: a label has few values, on many series. */
const MEMO_SIZE = 2000;
const PLAIN = String.raw`[^\\.+*?()|[\]{}^$]|\\[^A-Za-z0-9]`;
const LITERAL = new RegExp(`^(?:${PLAIN})*$`);
const GLOB = new RegExp(`^(?:${PLAIN}|\\.[*+](?![?*+{]))*$`);
/** Literal characters at the beginning that nothing repeats. */
const PREFIX = new RegExp(`^(?:(?:${PLAIN})(?![?*+{]))*`);
const GROUP = /^\((?:\?:)?([^()]*)\)$/;

/**
 * The test of a regular expression with Prometheus's meaning: RE2, anchored at both ends, a dot is any character.
 * Alternatives of plain text are a set, texts joined by `.*` and `.+` are searched for; the rest is RE2's.
 * @throws Failure `invalid` when it does not compile
 */
export function compileValuePattern(source: string): ValueTest {
  const body = GROUP.exec(source)?.[1] ?? source;
  const alternatives = body.split('|');
  if (alternatives.every((each) => LITERAL.test(each))) {
    const set = new Set(alternatives.map(unescape));
    return (value) => set.has(value);
  }
  if (alternatives.length === 1 && GLOB.test(body)) return globTest(body);
  return expressionTest(source, body);
}

function expressionTest(source: string, body: string): ValueTest {
  const expression = compile(source);
  const prefix = hasAlternatives(body) ? '' : unescape(PREFIX.exec(body)?.[0] ?? '');
  const memo = new Map<string, boolean>();
  return (value) => {
    if (!value.startsWith(prefix)) return false;
    let matches = memo.get(value);
    if (matches === undefined) {
      matches = expression.matches(value);
      if (memo.size >= MEMO_SIZE) memo.clear();
      memo.set(value, matches);
    }
    return matches;
  };
}

/** Whether there is a bar outside of groups and classes, or a quotation that hides them. */
function hasAlternatives(body: string): boolean {
  let depth = 0;
  for (const [part] of body.matchAll(/\\.|\[\^?\]?[^\]]*\]|./gsu)) {
    if (part === '(') depth++;
    if (part === ')') depth--;
    if (part === '\\Q' || (part === '|' && depth === 0)) return true;
  }
  return false;
}

/** Texts with anything (`.*`) or something (`.+`) between them: each is looked for as early as it may stand. */
function globTest(source: string): ValueTest {
  const texts: string[] = [''];
  const gaps: number[] = [];
  for (const [part] of source.matchAll(/\.[*+]|\\.|./gsu)) {
    if (part === '.*' || part === '.+') {
      gaps.push(part === '.+' ? 1 : 0);
      texts.push('');
    } else texts.push((texts.pop() ?? '') + unescape(part));
  }
  const [first = '', ...others] = texts;
  const last = others.pop() ?? '';
  return (value) => {
    if (!value.startsWith(first)) return false;
    let from = first.length;
    for (const [index, text] of others.entries()) {
      const earliest = from + (gaps[index] ?? 0);
      const at = earliest > value.length ? -1 : value.indexOf(text, earliest);
      if (at < 0) return false;
      from = at + text.length;
    }
    return value.endsWith(last) && value.length - last.length >= from + (gaps.at(-1) ?? 0);
  };
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gsu, '$1');
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    const reason = messageOf(error)
      .replace('`(?s)', '`')
      .replace(/^error parsing regexp: /, '');
    throw new Failure('invalid', `regular expression ${JSON.stringify(source)}: ${reason}`);
  }
}
