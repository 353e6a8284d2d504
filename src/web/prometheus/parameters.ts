import { parseDuration } from '../../model/duration.ts';
import { Failure, messageOf } from '../../model/failure.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { TimeRange } from '../../model/series.ts';
import { parseExpression } from '../../promql/parser.ts';
import type { Form } from './form.ts';

/** The last time that a Date can hold, ms. */
const LATEST = 8.64e15;
/** What Go clients write for "since ever" and "for ever" (web/api/v1/api.go, `MinTime` and `MaxTime`). */
const BEGINNING = '-292273086-05-16T16:47:06Z';
const END = '292277025-08-18T07:12:54.999999999Z';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** A parameter that must be there. @throws Failure `invalid` that names it */
export function required<Value>(form: Form, name: string, parse: (text: string) => Value): Value {
  try {
    return parse(form.get(name) ?? '');
  } catch (error) {
    throw new Failure('invalid', `invalid parameter ${JSON.stringify(name)}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** A parameter that may be absent, or empty, which is the same. @throws Failure `invalid` that names it */
export function optional<Value, Absent>(
  form: Form,
  name: string,
  parse: (text: string) => Value,
  absent: Absent,
): Value | Absent {
  return (form.get(name) ?? '') === '' ? absent : required(form, name, parse);
}

/** `start` and `end`; absent ones are the beginning and the end of time. @throws Failure `invalid` */
export function timeRangeOf(form: Form): TimeRange {
  return { start: optional(form, 'start', toTime, -LATEST), end: optional(form, 'end', toTime, LATEST) };
}

/** `limit`: how many elements at most, 0 for no limit. @throws Failure `invalid` */
export function limitOf(form: Form): number {
  return optional(form, 'limit', toLimit, 0);
}

/** The selectors of `match[]`. @throws Failure `invalid` */
export function matcherSetsOf(form: Form): (readonly Matcher[])[] {
  return form.getAll('match[]').map(toMatchers);
}

/** ms of seconds or of an RFC 3339 time. @throws Failure `invalid` */
export function toTime(text: string): number {
  if (text === BEGINNING) return -LATEST;
  if (text === END) return LATEST;
  const time = NUMBER.test(text)
    ? Math.round(Number(text) * 1000)
    : RFC_3339.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Math.abs(time) <= LATEST) return time;
  throw new Failure(
    'invalid',
    `cannot parse ${JSON.stringify(text)} to a valid timestamp: write seconds or RFC 3339`,
  );
}

/** ms of seconds or of a duration. @throws Failure `invalid` */
export function toSpan(text: string): number {
  if (!NUMBER.test(text)) return parseDuration(text);
  const span = Math.round(Number(text) * 1000);
  if (Math.abs(span) <= LATEST) return span;
  throw new Failure('invalid', `cannot parse ${JSON.stringify(text)} to a valid duration: it is too long`);
}

/** A whole number from 0. @throws Failure `invalid` */
export function toLimit(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Failure('invalid', `limit must be a whole number from 0, not ${JSON.stringify(text)}`);
}

function toMatchers(text: string): readonly Matcher[] {
  const expr = parseExpression(text);
  if (expr.kind === 'selector' && expr.offsetMs === 0 && expr.at === undefined) return expr.matchers;
  throw new Failure('invalid', `match[] takes a selector without range and offset, not ${text}`);
}
