import { calm, felt, rotate, seconds, suffer, type Rotation } from '../actions.ts';
import type { FaultRow, FaultWorld } from '../fault-row.ts';

const AWAY = { kind: 'status', status: 503 } as const;

/** Elasticsearch away, alone and together with what happens to the log and the agent meanwhile. */
export const OUTAGES: readonly FaultRow[] = [
  {
    name: 'outage',
    title: ({ outage }) => `Elasticsearch 503 for ${outage} s`,
    telegraf: { lines: '400 k', lost: '0', doubled: '0' },
    stores: ['fake', 'real'],
    quick: [],
    async run(world) {
      await suffer(world, AWAY, world.profile.outage);
      await calm(world);
    },
  },
  {
    name: 'outage-rename',
    waitsForRollups: true,
    title: ({ outage, rotation }) => `Elasticsearch 503 for ${outage} s, log renamed every ${rotation} s`,
    telegraf: { lines: '400 k', lost: '200,000', doubled: '100,000' },
    stores: ['fake', 'real'],
    quick: ['fake', 'real'],
    run: (world) => outageWith(world, 'rename'),
  },
  {
    name: 'outage-copytruncate',
    title: ({ outage, rotation }) => `Elasticsearch 503 for ${outage} s, copytruncate every ${rotation} s`,
    telegraf: { lines: '400 k', lost: '274,179', doubled: '3,251' },
    stores: ['fake', 'real'],
    run: (world) => outageWith(world, 'copyTruncate'),
  },
  {
    name: 'outage-sigterm',
    title: () => 'SIGTERM during an outage, started again',
    telegraf: { lines: '120 k', lost: '1,003', doubled: '0' },
    stores: ['fake', 'real'],
    quick: [],
    run: stoppedInOutage,
  },
  {
    name: 'outage-sigterm-rename',
    title: () => 'SIGTERM during an outage, log renamed while stopped',
    telegraf: { lines: '120 k', lost: '95,299', doubled: '0' },
    stores: ['fake', 'real'],
    run: (world) => stoppedInOutage(world, 'rename'),
  },
  {
    name: 'outage-sigterm-copytruncate',
    title: () => 'SIGTERM during an outage, copytruncate while stopped',
    stores: ['fake'],
    quick: [],
    run: (world) => stoppedInOutage(world, 'copyTruncate'),
  },
  {
    name: 'outage-kill-9',
    title: () => 'Elasticsearch 503 for some seconds and kill -9',
    telegraf: { lines: '150 k', lost: '0', doubled: '8,657' },
    stores: ['fake'],
    quick: [],
    async run(world) {
      await world.store.set(AWAY);
      await seconds(world.profile.trouble / 2);
      await world.agent.kill();
      await seconds(world.profile.pause);
      await world.agent.start();
      await world.store.set({ kind: 'none' });
      await calm(world);
    },
  },
  {
    name: 'outage-full-spool',
    title: ({ outage, rotation }) =>
      `Elasticsearch 503 for ${outage} s, spool of 256 KiB full, log renamed every ${rotation} s`,
    telegraf: { lines: '400 k', lost: '203,350', doubled: '0' },
    stores: ['fake'],
    config: { spool: { max_bytes: '256KiB', policy: 'block' } },
    run: (world) => fullSpool(world, 'rename'),
  },
  {
    name: 'outage-full-spool-copytruncate',
    title: ({ outage, rotation }) =>
      `Elasticsearch 503 for ${outage} s, spool of 256 KiB full, copytruncate every ${rotation} s`,
    stores: ['fake'],
    quick: [],
    config: { spool: { max_bytes: '256KiB', policy: 'block' } },
    run: (world) => fullSpool(world, 'copyTruncate'),
  },
];

async function outageWith(world: FaultWorld, how: Rotation): Promise<void> {
  const { outage, rotation } = world.profile;
  // The last rotation falls into the time after the outage, while what waited is sent.
  const rotating = rotate(world, how, Math.ceil(outage / rotation), rotation);
  await suffer(world, AWAY, outage);
  await rotating;
  await calm(world);
}

async function fullSpool(world: FaultWorld, how: Rotation): Promise<string> {
  await outageWith(world, how);
  return felt(world, 'a full spool', ({ msg }) => msg.startsWith('spool full'));
}

async function stoppedInOutage(world: FaultWorld, rotation?: Rotation): Promise<void> {
  const { agent, store, log, profile } = world;
  await store.set(AWAY);
  await seconds(profile.trouble / 2);
  await agent.stop();
  await seconds(profile.pause);
  if (rotation !== undefined) await log[rotation]();
  await seconds(profile.pause);
  await agent.start();
  await seconds(profile.pause);
  await store.set({ kind: 'none' });
  await calm(world);
}
