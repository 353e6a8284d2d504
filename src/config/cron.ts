import { z } from 'zod';

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec';
const WEEKDAYS = 'sun mon tue wed thu fri sat';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: MONTHS.split(' ') },
  { name: 'day of the week', min: 0, max: 7, words: WEEKDAYS.split(' ') },
];

/** Five fields as cron has them: numbers, names, ranges, lists and steps; a part of what node-cron takes. */
export const cronExpression = z.string().check((context) => {
  const message = cronProblem(context.value);
  if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
});

function cronProblem(text: string): string | undefined {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length)
    return `${JSON.stringify(text)} is not a cron expression: write minute, hour, day of the month, month, day of the week, such as 0 8 * * 1`;
  for (const [index, field] of FIELDS.entries()) {
    const part = parts[index] ?? '';
    if (!part.split(',').every((item) => isItem(item, field)))
      return `${part} is no ${field.name}: write ${field.min} to ${field.max}, *, a range 1-5, a list 1,3 or a step */2`;
  }
  return undefined;
}

function isItem(item: string, field: Field): boolean {
  const [, first = '', last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.max)) return false;
  if (first === '*') return last === undefined;
  // A step needs something to step through.
  if (step !== undefined && last === undefined) return false;
  return isValue(first, field) && (last === undefined || isValue(last, field));
}

function isValue(text: string, { min, max, words = [] }: Field): boolean {
  if (words.includes(text.toLowerCase())) return true;
  return /^\d{1,2}$/.test(text) && Number(text) >= min && Number(text) <= max;
}
