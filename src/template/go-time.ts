import { GoDuration } from './go-duration.ts';
import { formatOffset, UTC, zoneAt, type ZoneAt } from './time-zone.ts';

const DAY_MS = 86_400_000;
const NS_PER_MS = 1_000_000n;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const LAYOUT =
  /2006|January|Jan|002|__2|01|02|_2|03|04|05|06|15|Monday|Mon|MST|Z07:00|Z0700|Z07|-07:00|-0700|-07|PM|pm|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;
/** 0001-01-01 00:00 UTC: Go's time that is none. */
const ZERO_MS = -62_135_596_800_000;

/** A moment with the methods of Go's `time.Time` that templates call; in UTC until it is put into a zone. */
export class GoTime {
  static readonly ZERO = new GoTime(ZERO_MS);

  /** ms since the epoch. */
  readonly ms: number;
  readonly #zone: ZoneAt;

  /** @param zone an IANA name, or what a zone is at that moment; @throws Error for a name that is none */
  constructor(ms: number, zone: string | ZoneAt = UTC) {
    this.ms = ms;
    this.#zone = typeof zone === 'string' ? zoneAt(zone, ms) : zone;
  }

  Year(): bigint {
    return BigInt(this.#date.getUTCFullYear());
  }

  Month(): string {
    return MONTHS[this.#date.getUTCMonth()] ?? '';
  }

  Day(): bigint {
    return BigInt(this.#date.getUTCDate());
  }

  Weekday(): string {
    return DAYS[this.#date.getUTCDay()] ?? '';
  }

  YearDay(): bigint {
    return BigInt(yearDay(this.#date));
  }

  Hour(): bigint {
    return BigInt(this.#date.getUTCHours());
  }

  Minute(): bigint {
    return BigInt(this.#date.getUTCMinutes());
  }

  Second(): bigint {
    return BigInt(this.#date.getUTCSeconds());
  }

  Unix(): bigint {
    return BigInt(Math.floor(this.ms / 1000));
  }

  UnixMilli(): bigint {
    return BigInt(Math.floor(this.ms));
  }

  UTC(): GoTime {
    return new GoTime(this.ms);
  }

  IsZero(): boolean {
    return this.ms === ZERO_MS;
  }

  Add(duration: unknown): GoTime {
    if (duration instanceof GoDuration) return new GoTime(this.ms + duration.Seconds() * 1000);
    throw new Error('needs a duration: use toDuration');
  }

  Sub(other: unknown): GoDuration {
    return new GoDuration(BigInt(Math.round(this.ms - timeOf(other).ms)) * NS_PER_MS);
  }

  Before(other: unknown): boolean {
    return this.ms < timeOf(other).ms;
  }

  After(other: unknown): boolean {
    return this.ms > timeOf(other).ms;
  }

  Equal(other: unknown): boolean {
    return this.ms === timeOf(other).ms;
  }

  Format(layout: unknown): string {
    return formatLayout(this.#date, this.#zone, String(layout));
  }

  String(): string {
    return this.toString();
  }

  /** As Go prints it: `2006-01-02 15:04:05.999 +0000 UTC`. */
  toString(): string {
    return Number.isNaN(this.ms)
      ? 'invalid time'
      : formatLayout(this.#date, this.#zone, '2006-01-02 15:04:05.999 -0700 MST');
  }

  /** RFC 3339, as Go's JSON has it. */
  toJSON(): string {
    return formatLayout(this.#date, this.#zone, '2006-01-02T15:04:05.999Z07:00');
  }

  /** What a clock on the wall of its zone shows, as if that were UTC. */
  get #date(): Date {
    return new Date(this.ms + this.#zone.offsetMs);
  }
}

function timeOf(value: unknown): GoTime {
  if (value instanceof GoTime) return value;
  throw new Error('needs a time: use toTime');
}

/** Go's reference-time layouts: `2006-01-02 15:04` is the 2nd of January 2006 at 15:04 (package time). */
function formatLayout(date: Date, zone: ZoneAt, layout: string): string {
  return layout.replaceAll(LAYOUT, (element) => formatElement(date, zone, element));
}

function yearDay(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / DAY_MS) + 1;
}

function formatElement(date: Date, zone: ZoneAt, element: string): string {
  if (/^[.,]/.test(element)) return fraction(date, element);
  if (/^(?:Z|-)07/.test(element)) return offsetText(zone.offsetMs, element);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  const day = DAYS[date.getUTCDay()] ?? '';
  const hour12 = date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12;
  const forms: Record<string, string> = {
    '2006': String(date.getUTCFullYear()).padStart(4, '0'),
    '06': two(date.getUTCFullYear() % 100),
    January: month,
    Jan: month.slice(0, 3),
    '002': String(yearDay(date)).padStart(3, '0'),
    __2: String(yearDay(date)).padStart(3),
    '01': two(date.getUTCMonth() + 1),
    '1': String(date.getUTCMonth() + 1),
    '02': two(date.getUTCDate()),
    _2: String(date.getUTCDate()).padStart(2),
    '2': String(date.getUTCDate()),
    '15': two(date.getUTCHours()),
    '03': two(hour12),
    '3': String(hour12),
    '04': two(date.getUTCMinutes()),
    '4': String(date.getUTCMinutes()),
    '05': two(date.getUTCSeconds()),
    '5': String(date.getUTCSeconds()),
    Monday: day,
    Mon: day.slice(0, 3),
    PM: date.getUTCHours() < 12 ? 'AM' : 'PM',
    pm: date.getUTCHours() < 12 ? 'am' : 'pm',
    MST: zone.name,
  };
  return forms[element] ?? element;
}

/** `-07`, `-0700` or `-07:00`; with `Z` in front, that is what UTC is. */
function offsetText(offsetMs: number, element: string): string {
  if (element.startsWith('Z') && offsetMs === 0) return 'Z';
  const text = formatOffset(offsetMs, element.includes(':') ? ':' : '');
  return element.length === 3 ? text.slice(0, 3) : text;
}

function fraction(date: Date, element: string): string {
  const digits = String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(9, '0');
  const text = digits.slice(0, element.length - 1);
  const mark = element.slice(0, 1);
  if (element[1] === '0') return mark + text;
  const trimmed = text.replace(/0+$/, '');
  return trimmed === '' ? '' : mark + trimmed;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
