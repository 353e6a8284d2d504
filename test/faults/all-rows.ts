import type { FaultRow } from './fault-row.ts';
import type { Profile } from './profile.ts';
import { ANSWERS } from './rows/answers.ts';
import { CLOCK } from './rows/clock.ts';
import { DISK } from './rows/disk.ts';
import { OUTAGES } from './rows/outages.ts';
import { pairs } from './rows/pairs.ts';
import { ROTATIONS } from './rows/rotations.ts';
import { STOPS } from './rows/stops.ts';

/** Every row of the table, in its order; the pairs at its end are drawn from the seed. */
export function allRows(profile: Profile, seed: string): readonly FaultRow[] {
  return [...STOPS, ...OUTAGES, ...ROTATIONS, ...ANSWERS, ...DISK, ...CLOCK, ...pairs(profile, seed)];
}
