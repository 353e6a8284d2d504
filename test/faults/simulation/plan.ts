import { createDice, type Dice } from './dice.ts';
import type { LogManner } from './simulated-log.ts';
import { BAD_MOODS } from './simulated-store.ts';
import { FAULT_STEPS, WRITER_STEPS, type Step, type StepKind } from './step.ts';

/** How rough a world is; `rot` adds flipped bits, of which only detection is asked. */
export type Profile = 'short' | 'cold' | 'hot' | 'rot' | 'long';

/** A world and all that happens in it: a function of the seed. */
export interface Plan {
  readonly seed: number;
  readonly profile: Profile;
  /** ms until the faults end. */
  readonly endsAt: number;
  readonly logs: readonly LogManner[];
  readonly spool: {
    readonly maxBytes: number;
    readonly segmentBytes: number;
    readonly policy: 'block' | 'drop_oldest';
  };
  /** Bytes of one read of a log. */
  readonly readBytes: number;
  /** Raw bytes above which the store answers 413. */
  readonly maxBodyBytes: number;
  /** Share of disk operations that take up to 5 ms. */
  readonly slowShare: number;
  readonly reusesInodes: boolean;
  readonly knowsBirth: boolean;
  readonly steps: readonly Step[];
}

interface Shape {
  readonly endsAt: number;
  /** Steps of the writers, and their faults, each from and to. */
  readonly writes: readonly [number, number];
  readonly faults: readonly [number, number];
  /** How many kinds of fault there are. */
  readonly kinds: readonly [number, number];
}

const SHAPES: Readonly<Record<Profile, Shape>> = {
  short: { endsAt: 3000, writes: [8, 20], faults: [1, 6], kinds: [1, 4] },
  cold: { endsAt: 5000, writes: [15, 40], faults: [4, 12], kinds: [2, 8] },
  hot: { endsAt: 6000, writes: [15, 40], faults: [20, 45], kinds: [3, 9] },
  rot: { endsAt: 4000, writes: [10, 30], faults: [4, 14], kinds: [2, 6] },
  long: { endsAt: 30_000, writes: [60, 160], faults: [30, 80], kinds: [4, 16] },
};

/** How much of a fault: lines, ms or operations, from and to. */
const AMOUNTS: Readonly<Partial<Record<StepKind, readonly [number, number]>>> = {
  append: [1, 6],
  'kill in operation': [1, 60],
  'power cut in operation': [1, 60],
  pause: [10, 20_000],
  'clock step': [-3_600_000, 3_600_000],
  'sync fails': [0, 4],
  'write fails': [0, 6],
  'read fails': [0, 20],
  'look fails': [0, 20],
  'directory fails': [0, 5],
  'disk full': [50, 3000],
  'slow disk': [50, 2000],
  stall: [100, 10_000],
  'short reads': [100, 2000],
  store: [20, 3000],
};

/** Half of the seeds are short, a third cold, the rest hot; one in twenty flips bits. */
export function profileOf(seed: number): Profile {
  const at = createDice(seed ^ 0x5eed).next();
  return at < 0.5 ? 'short' : at < 0.75 ? 'cold' : at < 0.95 ? 'hot' : 'rot';
}

export function planOf(seed: number, profile = profileOf(seed)): Plan {
  const dice = createDice(seed);
  const shape = SHAPES[profile];
  const logs = Array.from({ length: dice.pick([1, 1, 2, 3]) }, (_, index) => mannerOf(dice, index));
  const segmentBytes = dice.pick([1500, 4000, 20_000]);
  return {
    seed,
    profile,
    endsAt: shape.endsAt,
    logs,
    spool: {
      maxBytes: dice.chance(0.3) ? segmentBytes * 4 : 1_000_000,
      segmentBytes,
      policy: dice.chance(0.15) ? 'drop_oldest' : 'block',
    },
    readBytes: dice.pick([128, 256, 4096]),
    maxBodyBytes: dice.chance(0.3) ? dice.integer(600, 3000) : 1_000_000,
    slowShare: dice.pick([0, 0.1, 0.5]),
    reusesInodes: dice.chance(0.5),
    knowsBirth: dice.chance(0.7),
    steps: [...writerSteps(dice, shape, logs), ...faultSteps(dice, shape, profile)].toSorted(
      (a, b) => a.at - b.at,
    ),
  };
}

function mannerOf(dice: Dice, index: number): LogManner {
  return {
    name: `Octo${index === 0 ? '' : index}.txt`,
    archives: dice.pick(['numbers', 'suffixes', 'stamps']),
    keep: dice.pick([1, 3, 7, 7]),
    lineEnd: dice.chance(0.2) ? '\r\n' : '\n',
  };
}

function writerSteps(dice: Dice, { endsAt, writes }: Shape, logs: readonly LogManner[]): Step[] {
  const rotations = dice.pick<readonly StepKind[]>([
    [],
    ['rotate'],
    ['rotate', 'rotate'],
    ['copy and truncate'],
    WRITER_STEPS,
  ]);
  const rare = WRITER_STEPS.filter((kind) => kind === 'half line' || kind.endsWith(' line'));
  const kinds: [StepKind, ...StepKind[]] = ['append', 'append', 'append', 'append', ...rotations, ...rare];
  return Array.from({ length: dice.integer(...writes) }, () => ({
    ...stepOf(dice, dice.pick(kinds), endsAt),
    log: dice.integer(0, logs.length - 1),
  }));
}

/** A swarm: each seed has some kinds of fault and not the others. */
function faultSteps(dice: Dice, { endsAt, faults, kinds }: Shape, profile: Profile): Step[] {
  const possible = FAULT_STEPS.filter((kind) => kind !== 'flipped bit');
  const chosen: [StepKind, ...StepKind[]] = [profile === 'rot' ? 'flipped bit' : 'kill in operation'];
  for (let left = dice.integer(...kinds); left > 0; left--) chosen.push(dice.pick(asChoices(possible)));
  if (profile === 'hot') chosen.push('power cut in operation', 'power cut', 'sync fails');
  return Array.from({ length: dice.integer(...faults) }, () => {
    const step = stepOf(dice, dice.pick(chosen), endsAt);
    return step.kind === 'store' ? { ...step, mood: dice.pick(BAD_MOODS) } : step;
  });
}

function stepOf(dice: Dice, kind: StepKind, endsAt: number): Step {
  const [from, to] = AMOUNTS[kind] ?? [1, 1];
  return { at: dice.next() * endsAt, kind, n: dice.integer(from, to), seed: dice.seed() };
}

function asChoices<T>(choices: readonly T[]): readonly [T, ...T[]] {
  const [first, ...others] = choices;
  if (first === undefined) throw new Error('nothing to choose from');
  return [first, ...others];
}
