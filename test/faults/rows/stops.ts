import { instanceConfig, startFleet } from '../../acceptance/fleet.ts';
import { calm, restart, seconds } from '../actions.ts';
import type { FaultRow, FaultWorld, Prepared } from '../fault-row.ts';
import type { StoreFault } from '../store-fault.ts';

/** Half lines, and the agent ending and beginning again. */
export const STOPS: readonly FaultRow[] = [
  {
    name: 'partial-line',
    title: () => 'Last line written in two halves, 3 s apart',
    telegraf: { lines: '5 k', lost: '0', doubled: '0' },
    stores: ['fake'],
    quick: [],
    async run(world) {
      await world.log.pause();
      await world.log.appendHalf();
      await seconds(3);
      await world.log.resume();
      await calm(world);
    },
  },
  {
    name: 'sigterm',
    title: ({ pause }) => `SIGTERM, started again after ${pause} s`,
    telegraf: { lines: '100 k', lost: '0', doubled: '0' },
    stores: ['fake', 'real'],
    quick: [],
    async run(world) {
      await restart(world, 'stop');
      await calm(world);
    },
  },
  {
    name: 'sighup',
    title: () => 'SIGHUP, five times',
    telegraf: { lines: '100 k', lost: '0', doubled: '0' },
    stores: ['fake'],
    quick: [],
    async run(world) {
      for (let count = 0; count < 5; count++) {
        world.agent.signal('SIGHUP');
        await seconds(world.profile.pause);
      }
    },
  },
  {
    name: 'kill-9',
    title: ({ pause }) => `kill -9, started again after ${pause} s`,
    telegraf: { lines: '100 k', lost: '0', doubled: '39,101' },
    stores: ['fake', 'real'],
    quick: [],
    async run(world) {
      await restart(world, 'kill');
      await calm(world);
    },
  },
  {
    name: 'kill-9-random',
    waitsForRollups: true,
    title: () => 'kill -9 again and again at random points, log renamed now and then',
    stores: ['fake', 'embedded'],
    quick: ['fake', 'embedded'],
    run: (world) => killAtRandom(world, world.profile.kills),
  },
  {
    name: 'kill-9-busy',
    title: () => 'The same while two servers are polled and Elasticsearch fails in some way in most lives',
    stores: ['fake'],
    setUp: startPolledFleet,
    config: {
      collectors: { 'octopus-api': { interval: '1s' }, 'octopus-server-log': { read_from: 'beginning' } },
    },
    polls: true,
    run: (world) => killAtRandom(world, world.profile.kills / 2, DISTURBANCES),
  },
];

const DISTURBANCES: readonly StoreFault[] = [
  { kind: 'none' },
  { kind: 'status', status: 503 },
  { kind: 'reset-after' },
  { kind: 'half-answer' },
  { kind: 'refuse-items', share: 0.3, status: 429 },
  { kind: 'lose-reply-and-roll-over', hold: false },
  { kind: 'lose-reply-and-roll-over', hold: true },
];

const LONGEST_LIFE_S = 3;
const RENAMES_PER_KILL = 0.1;

async function startPolledFleet(directory: string): Promise<Prepared> {
  const fleet = await startFleet(2, directory);
  return {
    instances: fleet.instances.map((instance) => instanceConfig(instance)),
    close: () => fleet.close(),
  };
}

async function killAtRandom(
  { agent, log, random, store }: FaultWorld,
  times: number,
  faults: readonly StoreFault[] = [],
): Promise<string> {
  for (let kills = 0; kills < times; kills++) {
    if (agent.isRunning) await agent.kill();
    if (random.chance(RENAMES_PER_KILL)) await log.rename();
    if (faults.length > 0) await store.set(random.pick(faults));
    agent.launch();
    await seconds(random.next() * LONGEST_LIFE_S);
    if (random.chance(RENAMES_PER_KILL)) await log.rename();
    await agent.kill();
  }
  return `${times} kills`;
}
