import { Failure } from '../../model/failure.ts';

// Time zones change their offset at multiples of a quarter of an hour, so one answer holds for all of it.
const QUARTER_MS = 15 * 60_000;
/** How far lines of one file may be out of order before a repeated hour is taken for its second run. */
const DISORDER_MS = 10 * 60_000;

/** Turns the zone-less stamps of one file into UTC; the order of the file tells a repeated hour's runs apart. */
export class LocalTimes {
  readonly #timeZone: string;
  #quarter = Number.NaN;
  #firstShift = 0;
  #secondShift = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** @throws Failure `invalid` for what is no IANA zone */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
    try {
      this.#find(0);
    } catch (error) {
      throw new Failure('invalid', `unknown time zone ${timeZone}: use a name like Europe/Berlin or UTC`, {
        cause: error,
      });
    }
  }

  /** UTC of a wall-clock time given as ms since 1970 of that clock. A skipped hour counts as if not yet skipped. */
  toUtc(local: number): number {
    const quarter = Math.floor(local / QUARTER_MS);
    if (quarter !== this.#quarter) this.#find(quarter);
    const first = local - this.#firstShift;
    const second = local - this.#secondShift;
    const since = this.#last - DISORDER_MS;
    this.#last = first < since && second >= since ? second : first;
    return this.#last;
  }

  /** The time of the last stamp, ms; undefined before the first. Set it to go on after lines that others read. */
  get last(): number | undefined {
    return Number.isFinite(this.#last) ? this.#last : undefined;
  }

  set last(time: number | undefined) {
    this.#last = time ?? Number.NEGATIVE_INFINITY;
  }

  #find(quarter: number): void {
    const local = quarter * QUARTER_MS;
    const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime();
    this.#firstShift = local - plain.toZonedDateTime(this.#timeZone).epochMilliseconds;
    this.#secondShift =
      local - plain.toZonedDateTime(this.#timeZone, { disambiguation: 'later' }).epochMilliseconds;
    this.#quarter = quarter;
  }
}
