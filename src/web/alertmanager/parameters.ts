import type { Context } from 'hono';
import { parseMatcher } from '../../alerts/parse-matchers.ts';
import { Failure, messageOf } from '../../model/failure.ts';
import { createMatcher, type Matcher } from '../../model/matcher.ts';

/** As many as a client may name of one kind: each is tried on each alert. */
const MOST_MATCHERS = 100;
const TRUE = /^(?:1|t|true|yes|y|ok|on|enabled)$/i;
const FALSE = /^(?:0|f|false|no|n|off|disabled)$/i;

/** `filter=…`, each one matcher; all must match. @throws Failure `invalid` */
export function filterOf(context: Context, name = 'filter'): Matcher[] {
  const texts = context.req.queries(name) ?? [];
  if (texts.length > MOST_MATCHERS)
    throw new Failure('invalid', `${name}: at most ${MOST_MATCHERS} matchers`);
  return texts.map((text) => {
    try {
      return parseMatcher(text);
    } catch (error) {
      throw new Failure('invalid', `bad matcher format: ${messageOf(error)}`);
    }
  });
}

/** A boolean parameter; true when it is absent or empty, as all of this API are. @throws Failure `invalid` */
export function flagOf(context: Context, name: string): boolean {
  const text = context.req.query(name) ?? '';
  if (text === '' || TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  throw new Failure('invalid', `invalid parameter ${name}: true or false, not ${JSON.stringify(text)}`);
}

/** Whether a receiver is asked for: `receiver=` is a regular expression, anchored. @throws Failure `invalid` */
export function receiverFilterOf(context: Context): (receiver: string) => boolean {
  // Receivers have no labels here: whatever must not be empty is at none of them.
  const isNone = filterOf(context, 'receiver_matchers').some((matcher) => !matcher.matches(''));
  const pattern = context.req.query('receiver') ?? '';
  if (isNone) return () => false;
  if (pattern === '') return () => true;
  try {
    const matcher = createMatcher('receiver', '=~', pattern);
    return (receiver) => matcher.matches(receiver);
  } catch (error) {
    throw new Failure('invalid', `failed to parse receiver param: ${messageOf(error)}`);
  }
}
