import { calm, restart, seconds } from '../actions.ts';
import type { FaultRow, FaultWorld } from '../fault-row.ts';

/** Half lines, and the agent ending and beginning again. */
export const STOPS: readonly FaultRow[] = [
  {
    name: 'partial-line',
    title: () => 'Last line written in two halves, 3 s apart',
    telegraf: { lines: '5 k', lost: '0', doubled: '0' },
    stores: ['fake'],
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
    run: killAtRandom,
  },
];

const LONGEST_LIFE_S = 3;
const RENAMES_PER_KILL = 0.1;

async function killAtRandom({ agent, log, random, profile }: FaultWorld): Promise<string> {
  for (let kills = 0; kills < profile.kills; kills++) {
    if (agent.isRunning) await agent.kill();
    if (random.chance(RENAMES_PER_KILL)) await log.rename();
    agent.launch();
    await seconds(random.next() * LONGEST_LIFE_S);
    if (random.chance(RENAMES_PER_KILL)) await log.rename();
    await agent.kill();
  }
  return `${profile.kills} kills`;
}
