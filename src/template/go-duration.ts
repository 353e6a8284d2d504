const UNITS: readonly (readonly [string, bigint])[] = [
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
];
const SECOND = 1_000_000_000n;
const MILLISECOND = 1_000_000n;
const MICROSECOND = 1000n;

/** A span of time with the methods of Go's `time.Duration` that templates call. */
export class GoDuration {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }

  Hours(): number {
    return Number(this.nanoseconds) / 3.6e12;
  }

  Minutes(): number {
    return Number(this.nanoseconds) / 6e10;
  }

  Seconds(): number {
    return Number(this.nanoseconds) / 1e9;
  }

  Milliseconds(): bigint {
    return this.nanoseconds / MILLISECOND;
  }

  Microseconds(): bigint {
    return this.nanoseconds / MICROSECOND;
  }

  Nanoseconds(): bigint {
    return this.nanoseconds;
  }

  Abs(): GoDuration {
    return this.nanoseconds < 0n ? new GoDuration(-this.nanoseconds) : this;
  }

  String(): string {
    return this.toString();
  }

  /** As Go prints it: `1h30m0s`, `1.5ms`. */
  toString(): string {
    const size = this.nanoseconds < 0n ? -this.nanoseconds : this.nanoseconds;
    const sign = this.nanoseconds < 0n ? '-' : '';
    return sign + (size < SECOND ? shortText(size) : longText(size));
  }
}

function shortText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds >= MILLISECOND) return `${fraction(nanoseconds, MILLISECOND)}ms`;
  return nanoseconds >= MICROSECOND ? `${fraction(nanoseconds, MICROSECOND)}µs` : `${nanoseconds}ns`;
}

function longText(nanoseconds: bigint): string {
  let rest = nanoseconds;
  let text = '';
  for (const [unit, size] of UNITS) {
    if (rest >= size || text !== '') text += `${rest / size}${unit}`;
    rest %= size;
  }
  return `${text}${fraction(rest, SECOND)}s`;
}

/** `value / unit` with as many decimals as it has. */
function fraction(value: bigint, unit: bigint): string {
  const digits = String(value % unit).padStart(String(unit).length - 1, '0');
  return `${value / unit}.${digits}`.replace(/\.?0+$/, '');
}
