/** How far a zone is from UTC at a moment, and how it is called then. */
export interface ZoneAt {
  readonly name: string;
  /** ms, positive east of Greenwich. */
  readonly offsetMs: number;
}

export const UTC: ZoneAt = { name: 'UTC', offsetMs: 0 };

/** Each knows short names of its part of the world (Unicode CLDR); `GMT+1` in the others. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-ZA', 'en-IN', 'ja'];

/** Names of the time zone database that no locale has, and one that only they have. */
const NAMES: Readonly<Record<string, string>> = {
  'Asia/Dubai': '+04',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Jakarta': 'WIB',
  'Asia/Karachi': 'PKT',
  'Asia/Manila': 'PST',
  'Asia/Seoul': 'KST',
  'Asia/Shanghai': 'CST',
  'Europe/Moscow': 'MSK',
};

/**
 * A zone by its IANA name (`Local` is the process's own, as in Go) at a moment in ms; one without a short name is called
 * by its offset, as in the time zone database.
 * @throws Error for a name that is none
 */
export function zoneAt(name: string, ms: number): ZoneAt {
  if (name === '' || name === 'UTC') return UTC;
  const timeZone = name === 'Local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : name;
  const offsetMs = offsetOf(timeZone, ms);
  return { name: NAMES[timeZone] ?? shortName(timeZone, ms) ?? offsetName(offsetMs), offsetMs };
}

/** `+0530` with the hour alone where that is all: `-03`. */
function offsetName(offsetMs: number): string {
  return formatOffset(offsetMs, '').replace(/00$/, '');
}

/** `+05:30`, with what stands between hours and minutes. */
export function formatOffset(offsetMs: number, colon: string): string {
  const minutes = Math.trunc(Math.abs(offsetMs) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${colon}${two(minutes % 60)}`;
}

function offsetOf(timeZone: string, ms: number): number {
  const text = partOf('en-US', timeZone, 'longOffset', ms);
  const [, sign, hours, minutes = '0', seconds = '0'] = /([-+])(\d+):?(\d+)?:?(\d+)?/.exec(text) ?? [];
  if (hours === undefined) return 0;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (sign === '-' ? -size : size) * 1000;
}

function shortName(timeZone: string, ms: number): string | undefined {
  for (const locale of LOCALES) {
    const name = partOf(locale, timeZone, 'short', ms);
    if (/^[A-Z]{3,5}$/.test(name)) return name;
  }
  return undefined;
}

function partOf(locale: string, timeZone: string, timeZoneName: 'short' | 'longOffset', ms: number): string {
  try {
    const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName }).formatToParts(ms);
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  } catch {
    throw new Error(`unknown time zone ${timeZone}`);
  }
}
