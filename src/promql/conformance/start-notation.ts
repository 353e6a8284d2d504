import { parseDuration } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';

const DURATION = String.raw`[-+]?\d+[a-z]*?`;
const REPEATED = new RegExp(`^(${DURATION})(?:([-+]\\d+[a-z]*?)?x(\\d+))?$`);

/** The start timestamps of a `.test` file's `@st` line. */
export interface NotedStarts {
  /** ms from each sample to where its counter began, negative as a rule. */
  readonly offsets: readonly (number | 'missing')[];
}

/** Reads `metric{a="b"}@st -30s _ -1m-1mx2`; undefined when the line is none of start timestamps. @throws Failure `invalid` */
export function parseStartNotation(line: string): NotedStarts | undefined {
  const match = /^\S+@st\s+(.*)$/.exec(line);
  if (match === null) return undefined;
  const words = (match[1] ?? '').split(/\s+/).filter((word) => word !== '');
  return { offsets: words.flatMap(parseWord) };
}

function parseWord(word: string): readonly (number | 'missing')[] {
  const gap = /^_(?:x(\d+))?$/.exec(word);
  if (gap !== null) return Array.from({ length: Number(gap[1] ?? '1') }, () => 'missing' as const);
  const match = REPEATED.exec(word);
  if (match === null) throw new Failure('invalid', `not a start timestamp: ${word}`);
  const [, first = '', step = '0', times = '0'] = match;
  return Array.from({ length: Number(times) + 1 }, (_, index) => toMs(first) + index * toMs(step));
}

function toMs(text: string): number {
  const ms = parseDuration(text.replace(/^[-+]/, ''));
  return text.startsWith('-') ? -ms : ms;
}
