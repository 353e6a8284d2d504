import { calm, rotate, seconds, type Rotation } from '../actions.ts';
import type { FaultRow, FaultWorld } from '../fault-row.ts';

/** Lines of the log that is destroyed while it is being read: some seconds of reading. */
const WHOLE_LINES = 200_000;

/** What befalls the log while Elasticsearch is fine. */
export const ROTATIONS: readonly FaultRow[] = [
  {
    name: 'rename',
    title: ({ fastRotation }) =>
      `Log renamed every ${fastRotation} s, a few lines go to the old file after that`,
    telegraf: { lines: '100 k', lost: '98', doubled: '53' },
    stores: ['fake', 'real', 'embedded'],
    run: (world) => rotateOften(world, 'rename'),
  },
  {
    name: 'copytruncate',
    title: ({ fastRotation }) => `copytruncate every ${fastRotation} s`,
    telegraf: { lines: '100 k', lost: '139', doubled: '0' },
    stores: ['fake', 'real'],
    run: (world) => rotateOften(world, 'copyTruncate'),
  },
  {
    name: 'copytruncate-slow',
    title: ({ fastRotation }) =>
      `copytruncate every ${fastRotation} s, truncated half a second after the copy`,
    stores: ['fake'],
    run: copyAndTruncateLater,
  },
  {
    name: 'stopped-rename',
    title: () => 'Log renamed while the agent is stopped',
    telegraf: { lines: '120 k', lost: '15,098', doubled: '1' },
    stores: ['fake', 'real'],
    quick: ['fake', 'real'],
    run: (world) => rotateStopped(world, 'rename', 1),
  },
  {
    name: 'stopped-rename-thrice',
    title: () => 'Log renamed three times while the agent is stopped',
    stores: ['fake'],
    quick: [],
    run: (world) => rotateStopped(world, 'rename', 3),
  },
  {
    name: 'stopped-copytruncate',
    title: () => 'copytruncate while the agent is stopped',
    stores: ['fake'],
    quick: [],
    run: (world) => rotateStopped(world, 'copyTruncate', 1),
  },
  {
    name: 'truncated-unread',
    title: () => 'Elasticsearch away, spool full, log of 200,000 lines truncated while it is read',
    stores: ['fake'],
    config: { spool: { max_bytes: '1MiB', policy: 'block' } },
    sawDestroyed: true,
    run: truncateUnread,
  },
];

async function rotateOften(world: FaultWorld, how: Rotation): Promise<void> {
  await rotate(world, how, world.profile.rotations, world.profile.fastRotation);
  await calm(world);
}

/** A large log takes its time to be copied, and goes on being read meanwhile. */
async function copyAndTruncateLater(world: FaultWorld): Promise<void> {
  const { log, profile } = world;
  for (let done = 0; done < profile.rotations; done++) {
    await seconds(profile.fastRotation);
    const { written } = await log.copy();
    await seconds(0.5);
    await log.truncate(written);
  }
  await calm(world);
}

async function rotateStopped(world: FaultWorld, how: Rotation, times: number): Promise<void> {
  await world.agent.stop();
  await rotate(world, how, times, world.profile.pause);
  await seconds(world.profile.pause);
  await world.agent.start();
  await calm(world);
}

async function truncateUnread(world: FaultWorld): Promise<void> {
  const { log, store, profile } = world;
  await store.set({ kind: 'status', status: 503 });
  const { written } = await log.pause();
  await seconds(profile.pause);
  await log.replaceWhole(WHOLE_LINES);
  await seconds(profile.pause);
  await log.truncate(written);
  await seconds(1);
  await store.set({ kind: 'none' });
  await log.resume();
  await calm(world);
}
