import { nearestName } from '../../model/nearest-name.ts';
import { EntryFailure } from './entry-failure.ts';

/** Both ends belong to it. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;
const SHORTEST_MONTH = 28;

type Path = readonly (string | number)[];
type Read = (word: string, path: Path) => number;

/** `monday:friday`, `sunday`; Sunday is 0. @throws EntryFailure */
export function weekdayRange(text: string | number, path: Path): Range {
  const range = toRange(text, path, (word) => nameIn(WEEKDAYS, word, path, 'weekday'));
  if (range.begin > range.end)
    throw new EntryFailure(path, `the week begins on Sunday: write ${turned(text)} as two ranges`);
  return range;
}

/** `may:august`, `1:3`, `december`; January is 1. @throws EntryFailure */
export function monthRange(text: string | number, path: Path): Range {
  const range = toRange(text, path, (word) => {
    const number = wholeNumber(word) ?? nameIn(MONTHS, word, path, 'month') + 1;
    if (number < 1 || number > 12)
      throw new EntryFailure(path, `${word} is no month: write 1 to 12, or a name`);
    return number;
  });
  if (range.begin > range.end)
    throw new EntryFailure(path, `the year begins in January: write ${turned(text)} as two ranges`);
  return range;
}

/** `2026`, `2026:2028`. @throws EntryFailure */
export function yearRange(text: string | number, path: Path): Range {
  const range = toRange(text, path, (word) => {
    const year = wholeNumber(word);
    if (year === undefined || year < 1)
      throw new EntryFailure(path, `${word} is no year: write one such as 2026`);
    return year;
  });
  if (range.begin > range.end) throw new EntryFailure(path, `${turned(text)} ends before it begins`);
  return range;
}

/** `1:5`, `-3:-1`; -1 is the last day of a month. @throws EntryFailure */
export function dayOfMonthRange(text: string | number, path: Path): Range {
  const range = toRange(text, path, (word) => {
    const day = wholeNumber(word);
    if (day === undefined || day === 0 || Math.abs(day) > 31)
      throw new EntryFailure(path, `${word} is no day of a month: write 1 to 31, or -1 for the last to -31`);
    return day;
  });
  const { begin, end } = range;
  if (begin < 0 && end > 0)
    throw new EntryFailure(path, `${text}: where the first day is negative, the last one is too`);
  // The shortest month decides: what ends before it begins in a longer one is found when it comes.
  if (inShortest(begin) > inShortest(end))
    throw new EntryFailure(path, `${text} ends before it begins in every month`);
  return range;
}

function toRange(text: string | number, path: Path, read: Read): Range {
  const words = String(text).toLowerCase().split(':');
  const [begin = '', end = begin] = words;
  if (words.length > 2 || begin === '' || end === '')
    throw new EntryFailure(path, `${JSON.stringify(text)} is no range: write one value, or two with a colon`);
  return { begin: read(begin, path), end: read(end, path) };
}

function nameIn(names: readonly string[], word: string, path: Path, what: string): number {
  const index = names.indexOf(word);
  if (index >= 0) return index;
  const nearest = nearestName(word, names);
  throw new EntryFailure(
    path,
    `${word} is no ${what}${nearest === undefined ? `: write its name, such as ${names[1]}` : `: did you mean ${nearest}?`}`,
  );
}

function wholeNumber(word: string): number | undefined {
  return /^-?\d{1,9}$/.test(word) ? Number(word) : undefined;
}

function inShortest(day: number): number {
  return day < 0 ? SHORTEST_MONTH + day : day;
}

function turned(text: string | number): string {
  return JSON.stringify(text);
}
