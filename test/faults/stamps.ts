/** Where the stamps of lines come from: the time of writing, or a wall clock of its own. */
export type Stamps =
  | { readonly kind: 'now' }
  | {
      readonly kind: 'local';
      /** IANA zone whose wall clock is written. */
      readonly zone: string;
      /** UTC of the first line, ms. */
      readonly startAt: number;
      readonly stepMs: number;
    };

const QUARTER_MS = 15 * 60_000;

/** What a line's stamp says, as ms of a clock that is read as UTC. */
export function stampsOf(stamps: Stamps): (number: number) => number {
  if (stamps.kind === 'now') return () => Date.now();
  const { zone, startAt, stepMs } = stamps;
  const offsets = new Map<number, number>();
  return (number) => {
    const at = startAt + number * stepMs;
    const quarter = Math.floor(at / QUARTER_MS);
    const offset = offsets.get(quarter) ?? offsetAt(at, zone);
    offsets.set(quarter, offset);
    return at + offset;
  };
}

function offsetAt(at: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;
}
