/** How long a run takes its time; every row writes at the same rate. */
export interface Profile {
  readonly name: 'full' | 'quick';
  readonly linesPerSecond: number;
  /** s of calm writing before and after a fault. */
  readonly calm: number;
  /** s that Elasticsearch is away. */
  readonly outage: number;
  /** s between rotations during an outage. */
  readonly rotation: number;
  /** s between rotations while all is well, and how many there are. */
  readonly fastRotation: number;
  readonly rotations: number;
  /** s of a fault of single requests or items. */
  readonly trouble: number;
  /** s between two lives of the agent. */
  readonly pause: number;
  readonly kills: number;
  /** Pairs of random faults at once. */
  readonly pairs: number;
}

/** The parameters of the table in the docs. */
export const FULL: Profile = {
  name: 'full',
  linesPerSecond: 5000,
  calm: 5,
  outage: 60,
  rotation: 20,
  fastRotation: 4,
  rotations: 5,
  trouble: 20,
  pause: 3,
  kills: 200,
  pairs: 6,
};

/** For every change: the same faults, shorter. */
export const QUICK: Profile = {
  name: 'quick',
  linesPerSecond: 5000,
  calm: 1,
  outage: 5,
  rotation: 2,
  fastRotation: 1,
  rotations: 4,
  trouble: 4,
  pause: 1,
  kills: 6,
  pairs: 1,
};
