import type { FaultRow } from './fault-row.ts';
import type { Profile } from './profile.ts';
import { ANSWERS } from './rows/answers.ts';
import { OUTAGES } from './rows/outages.ts';
import { ROTATIONS } from './rows/rotations.ts';
import { STOPS } from './rows/stops.ts';

/** Every row of the table, in its order. */
export function allRows(_profile: Profile, _seed: string): readonly FaultRow[] {
  return [...STOPS, ...OUTAGES, ...ROTATIONS, ...ANSWERS];
}
