import { GoTime } from './go-time.ts';
import { UTC, type ZoneAt } from './time-zone.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What an element of a layout takes of a text, and the name of what it says. */
const ELEMENTS: Readonly<Record<string, readonly [pattern: string, field: string]>> = {
  '2006': ['\\d{4}', 'year'],
  '06': ['\\d\\d', 'shortYear'],
  January: ['[A-Za-z]{3,9}', 'monthName'],
  Jan: ['[A-Za-z]{3}', 'monthName'],
  '01': ['\\d\\d', 'month'],
  '1': ['\\d\\d?', 'month'],
  '02': ['\\d\\d', 'day'],
  _2: [' ?\\d\\d?', 'day'],
  '2': ['\\d\\d?', 'day'],
  '15': ['\\d\\d', 'hour'],
  '03': ['\\d\\d', 'hour12'],
  '3': ['\\d\\d?', 'hour12'],
  '04': ['\\d\\d', 'minute'],
  '4': ['\\d\\d?', 'minute'],
  '05': ['\\d\\d(?:[.,]\\d+)?', 'second'],
  '5': ['\\d\\d?(?:[.,]\\d+)?', 'second'],
  PM: ['[AP]M', 'half'],
  pm: ['[ap]m', 'half'],
  Monday: ['[A-Za-z]{6,9}', ''],
  Mon: ['[A-Za-z]{3}', ''],
  MST: ['[A-Z]{3,5}|[-+]\\d\\d', ''],
  'Z07:00': ['Z|[-+]\\d\\d:\\d\\d', 'offset'],
  Z0700: ['Z|[-+]\\d{4}', 'offset'],
  '-07:00': ['[-+]\\d\\d:\\d\\d', 'offset'],
  '-0700': ['[-+]\\d{4}', 'offset'],
  '-07': ['[-+]\\d\\d', 'offset'],
};
const LAYOUT =
  /2006|January|Jan|01|02|_2|03|04|05(?:[.,][09]+)?|06|15|Monday|Mon|MST|Z07:00|Z0700|-07:00|-0700|-07|PM|pm|1|2|3|4|5/g;

/** A time by one of Go's layouts, to the millisecond; in UTC where it says nothing else. @throws Error */
export function parseGoTime(layout: string, text: string): GoTime {
  const found = read(layout, text);
  const number = (name: string, otherwise: number): number => Number(found.get(name) ?? otherwise);
  const shortYear = number('shortYear', 0);
  const year = found.has('shortYear') ? shortYear + (shortYear >= 69 ? 1900 : 2000) : number('year', 0);
  const month = found.has('monthName') ? monthOf(found.get('monthName') ?? '') : number('month', 1);
  const seconds = Number((found.get('second') ?? '0').replace(',', '.'));
  const parts = [year, month - 1, number('day', 1), hourOf(found), number('minute', 0)] as const;
  const date = new Date(0);
  date.setUTCFullYear(parts[0], parts[1], parts[2]);
  date.setUTCHours(parts[3], parts[4], 0, 0);
  const again = [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  ];
  if (parts.some((part, index) => part !== again[index]) || seconds >= 60) throw none(layout, text);
  const zone = zoneOf(found.get('offset'));
  return new GoTime(date.getTime() + Math.trunc(seconds * 1000) - zone.offsetMs, zone);
}

function read(layout: string, text: string): Map<string, string> {
  const fields: string[] = [];
  let pattern = '';
  let end = 0;
  for (const { 0: element, index } of layout.matchAll(LAYOUT)) {
    const [form, field] = ELEMENTS[element.replace(/[.,].*/, '')] ?? ['', ''];
    pattern += `${RegExp.escape(layout.slice(end, index))}(${form})`;
    fields.push(field);
    end = index + element.length;
  }
  const match = new RegExp(`^${pattern}${RegExp.escape(layout.slice(end))}$`).exec(text);
  if (match === null) throw none(layout, text);
  return new Map(fields.map((field, index) => [field, (match[index + 1] ?? '').trim()]));
}

function none(layout: string, text: string): Error {
  return new Error(`${JSON.stringify(text)} is no time in the layout ${JSON.stringify(layout)}`);
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function hourOf(found: ReadonlyMap<string, string>): number {
  const hour12 = found.get('hour12');
  if (hour12 === undefined) return Number(found.get('hour') ?? 0);
  return (Number(hour12) % 12) + (found.get('half')?.toUpperCase() === 'PM' ? 12 : 0);
}

function zoneOf(offset: string | undefined): ZoneAt {
  const [, sign, hours, minutes = '0'] = /^([-+])(\d\d):?(\d\d)?$/.exec(offset ?? '') ?? [];
  if (hours === undefined) return UTC;
  const size = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return size === 0 ? UTC : { name: (offset ?? '').replace(':', ''), offsetMs: sign === '-' ? -size : size };
}
