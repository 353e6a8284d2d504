import { Failure } from '../../model/failure.ts';

/** How long a silence may be. */
export interface SilenceLength {
  readonly id: string;
  readonly words: string;
  readonly ms: number;
  readonly endsWithAlert: boolean;
}

const HOUR_MS = 3_600_000;
const FIRST = { id: '1h', words: '1 hour', ms: HOUR_MS, endsWithAlert: false };

export const LENGTHS: readonly SilenceLength[] = [
  FIRST,
  { id: '4h', words: '4 hours', ms: 4 * HOUR_MS, endsWithAlert: false },
  // Forgotten silences are worse than late ones: at most a week.
  { id: 'resolved', words: 'until it resolves, a week at most', ms: 7 * 24 * HOUR_MS, endsWithAlert: true },
];

/** The length of a field; an hour when it says nothing. @throws Failure `invalid` */
export function lengthOf(id: string | null): SilenceLength {
  if (id === null) return FIRST;
  const length = LENGTHS.find((each) => each.id === id);
  if (length === undefined) throw new Failure('invalid', 'a silence is for 1h, 4h, or until it resolves');
  return length;
}
