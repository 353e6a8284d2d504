import { PAGE_LINE_LENGTH } from '../page-line.ts';

/** What a phone shows of a line before it is opened. */
export const ENOUGH_ALONE = 60;

const NUMBER = /\d+(?:[.,]\d+)*/g;
const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** `1,000` */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A duration in at most two units, rounded down: `40 s`, `13 min`, `1 h 5 min`, `2 d 3 h`. */
export function spokenDuration(ms: number): string {
  const left = Math.max(0, ms);
  const at = UNITS.findIndex(([, size]) => left >= size);
  const [unit, size] = UNITS[at] ?? ['s', 1000];
  const whole = `${thousands(Math.floor(left / size))} ${unit}`;
  const [lesser, part] = UNITS[at + 1] ?? ['', Infinity];
  const rest = Math.floor((left % size) / part);
  return rest > 0 && size > 60_000 ? `${whole} ${rest} ${lesser}` : whole;
}

/** At most `max` characters, cut behind a word where there is one in the second half, with `…`. */
export function shortened(text: string, max: number): string {
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  const kept = characters.slice(0, Math.max(0, max - 1)).join('');
  const space = kept.lastIndexOf(' ');
  return `${(space > max / 2 ? kept.slice(0, space) : kept).replace(/[\s,:;]+$/, '')}…`;
}

/** Whether a line is short enough, and no number in it is torn apart where a phone cuts it. */
export function isFittingLine(line: string): boolean {
  const characters = Array.from(line);
  if (characters.length > PAGE_LINE_LENGTH) return false;
  // One unit for each character, so that positions are those a reader counts.
  const shape = characters.map((character) => (/^[\d.,]$/.test(character) ? character : 'x')).join('');
  return [...shape.matchAll(NUMBER)].every(
    ({ 0: number, index }) => index >= ENOUGH_ALONE || index + number.length <= ENOUGH_ALONE,
  );
}

/** The first of several wordings, the best first, that fits; the last one must. */
export function fittingLine(wordings: Iterable<string>): string {
  let line = '';
  for (line of wordings) if (isFittingLine(line)) return line;
  return shortened(line, PAGE_LINE_LENGTH);
}
