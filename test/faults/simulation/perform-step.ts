import { SPOOL_DIRECTORY } from './agent.ts';
import { createDice, type Dice } from './dice.ts';
import { DISK_OPERATIONS, type Armed, type DiskOperation, type Moment, type Trouble } from './disk-faults.ts';
import type { Step, StepKind } from './step.ts';
import type { World } from './world.ts';

/** Which operations the faults of one operation are about. */
const OPERATIONS: ReadonlyMap<StepKind, readonly DiskOperation[]> = new Map<
  StepKind,
  readonly DiskOperation[]
>([
  ['sync fails', ['sync']],
  ['write fails', ['append', 'truncate']],
  ['read fails', ['read', 'open']],
  ['look fails', ['list', 'stat']],
  ['directory fails', ['rename', 'remove', 'create', 'syncDirectory']],
  ['stall', ['append', 'sync', 'read', 'rename', 'syncDirectory']],
  ['kill in operation', DISK_OPERATIONS],
  ['power cut in operation', DISK_OPERATIONS],
]);

/** Lets a step happen to a world. */
export function performStep(world: World, step: Step): void {
  const dice = createDice(step.seed);
  const log = step.log === undefined ? undefined : world.logs[step.log];
  if (log !== undefined) return log.whenFree(() => write(world, step, dice));
  if (OPERATIONS.has(step.kind)) return world.faults.arm(armed(step, dice));
  at(world, step, dice);
}

/** What happens at this moment, or begins now. */
function at(world: World, step: Step, dice: Dice): void {
  const { kind, n } = step;
  if (kind === 'kill') world.kill(false);
  else if (kind === 'power cut') world.kill(true);
  else if (kind === 'stop') world.stop(dice.pick([0, 500, 4000]));
  else if (kind === 'second start') void world.startTwice();
  else if (kind === 'pause') world.pause(n);
  else if (kind === 'clock step') world.time.wallOffset += n;
  else if (kind === 'rollover') world.store.indexes.rollOver();
  else if (kind === 'flipped bit') flipBit(world, dice);
  else forAWhile(world, step);
}

function write(world: World, { kind, n, log: index = 0 }: Step, dice: Dice): void {
  const log = world.logs[index];
  if (kind === 'append') log?.append(dice, n);
  else if (kind === 'half line') log?.appendHalf();
  else if (kind === 'long line') log?.append(dice, 1, 'refused');
  else if (kind === 'poison line') log?.append(dice, 1, 'dead-lettered');
  else if (kind === 'rotate') log?.rotate(dice);
  else if (kind === 'copy and truncate') log?.copyAndTruncate(dice);
  else if (kind === 'truncate') log?.truncate();
  else if (kind === 'delete') log?.remove();
}

function armed({ kind, n }: Step, dice: Dice): Armed {
  const operations = OPERATIONS.get(kind) ?? [];
  return {
    trouble: troubleOf(kind, n, dice),
    skip: kind === 'stall' ? dice.integer(0, 10) : n,
    matches: (operation) => operations.includes(operation),
  };
}

function troubleOf(kind: StepKind, n: number, dice: Dice): Trouble {
  if (kind === 'stall') return { kind: 'stall', ms: n };
  if (kind !== 'kill in operation' && kind !== 'power cut in operation') return { kind: 'fail' };
  const moment = dice.pick<Moment>(['before', 'half', 'after']);
  return { kind: 'kill', moment, cutsPower: kind === 'power cut in operation' };
}

/** What begins now and ends after n ms. */
function forAWhile({ faults, store, time }: World, { kind, n, mood = 'well' }: Step): void {
  if (kind === 'disk full') {
    faults.room = n % 100;
    time.after(n, () => {
      faults.room = Number.POSITIVE_INFINITY;
    });
  } else if (kind === 'slow disk') {
    const { slowShare, latencyMs } = faults;
    Object.assign(faults, { slowShare: 1, latencyMs: 40 });
    time.after(n, () => void Object.assign(faults, { slowShare, latencyMs }));
  } else if (kind === 'short reads') {
    faults.shortReads = 0.5;
    time.after(n, () => {
      faults.shortReads = 0;
    });
  } else if (kind === 'store') {
    store.mood = mood;
    time.after(n, () => {
      store.mood = 'well';
    });
  }
}

/** Of a file of the spool, as bits rot: what is asked then is that it is noticed. */
function flipBit({ disk }: World, dice: Dice): void {
  const names = disk.tree.names(SPOOL_DIRECTORY);
  const inode = disk.tree.find(`${SPOOL_DIRECTORY}/${names[dice.integer(0, names.length - 1)] ?? ''}`);
  if (inode !== undefined && inode.size > 0) inode.flip(dice.integer(0, inode.size * 8 - 1));
}
