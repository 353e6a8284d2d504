/**
 * Seeds that once failed, and what they found; they always run. What a seed stands for changes with the plans that are
 * drawn from it, so each defect has a test of its own too.
 */
export const REGRESSION_SEEDS: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 14, found: 'a kill between sync and answer: the line was taken and nobody was told' },
  { seed: 20, found: 'frames in the file whose sync failed counted twice in the ledger after a kill' },
  { seed: 371, found: 'killed between append and sync, restarted, power cut: a line was lost' },
  { seed: 577, found: 'a full disk at the start: the segment that held all positions was removed' },
  { seed: 242, found: 'the same, after a sync that had failed before' },
  { seed: 546, found: 'a log truncated and filled again while a write waited: a line without its beginning' },
  { seed: 128, found: 'the same before the first line: its lines twice' },
  { seed: 139, found: 'a directory that could not be listed for a moment: its log was read again' },
  { seed: 1221, found: 'the clock set back in an outage: nothing was sent for an hour' },
  { seed: 41, found: 'the clock set back while a rollup window was open: it stayed open for an hour' },
  {
    seed: 269_914_592,
    found: 'a log truncated while the agent was down, unreadable at the start: its copy was read',
  },
  {
    seed: 270_352_393,
    found: 'a dead letter on one line with what a failed sync and a power cut left: unreadable',
  },
  {
    seed: 5_002_369,
    found: 'a line after the copy, read in one go with what stood before: the copy was read',
  },
  { seed: 5_003_750, found: 'a log that could not be looked at when its copy appeared: the copy was read' },
  { seed: 6_004_830, found: 'a log seen, not read, with more than its copy has: the copy was read' },
  {
    seed: 6_204_942,
    found: 'a sync of the cursor that failed, a power cut: what was delivered counted as dropped',
  },
  {
    seed: 6_312_368,
    found: 'a restart that could not write the segment anew at once: its sync said nothing, a line was lost',
  },
  { seed: 5019, found: 'a full disk and a kill: what was delivered counted as dropped' },
];
