import { SeededRandom } from '../../../src/simulator/random.ts';
import { calm, loseAnswer, restart, rotate, seconds, suffer } from '../actions.ts';
import type { FaultRow, FaultWorld } from '../fault-row.ts';
import type { Profile } from '../profile.ts';

type Play = (world: FaultWorld) => Promise<void>;

/** What the store does; two of these at once would be one. */
const OF_STORE: Readonly<Record<string, Play>> = {
  '503': (world) => suffer(world, { kind: 'status', status: 503 }, world.profile.trouble),
  '429 for 5 % of items': (world) =>
    suffer(world, { kind: 'refuse-items', share: 0.05, status: 429 }, world.profile.trouble),
  'resets after taking': (world) => suffer(world, { kind: 'reset-after' }, world.profile.trouble),
  'resets in mid-body': (world) => suffer(world, { kind: 'reset-body' }, world.profile.trouble),
  'half answers': (world) => suffer(world, { kind: 'half-answer' }, world.profile.trouble),
  '413 over 4 KiB': (world) => suffer(world, { kind: 'max-bytes', bytes: 4096 }, world.profile.trouble),
  'answer lost and rollover': async (world) => {
    await loseAnswer(world, false);
    await seconds(world.profile.trouble / 2);
  },
};

const OF_LOG: Readonly<Record<string, Play>> = {
  renames: (world) => rotate(world, 'rename', world.profile.rotations, world.profile.fastRotation),
  copytruncate: (world) => rotate(world, 'copyTruncate', world.profile.rotations, world.profile.fastRotation),
  'half lines': async ({ log, profile }) => {
    for (let count = 0; count < profile.rotations; count++) {
      await log.appendHalf();
      await seconds(profile.fastRotation);
    }
  },
};

const OF_AGENT: Readonly<Record<string, Play>> = {
  'kill -9': async (world) => {
    await seconds(world.random.next() * world.profile.fastRotation);
    await restart(world, 'kill');
  },
  SIGTERM: async (world) => {
    await seconds(world.random.next() * world.profile.fastRotation);
    await restart(world, 'stop');
  },
  'SIGSTOP for a while': async ({ agent, profile }) => {
    agent.signal('SIGSTOP');
    await seconds(profile.pause);
    agent.signal('SIGCONT');
  },
};

const KINDS = [OF_STORE, OF_LOG, OF_AGENT];

/** Rows of two faults of different kinds at once, drawn from a seed. */
export function pairs({ pairs: count }: Profile, seed: string): FaultRow[] {
  const random = new SeededRandom(`${seed} pairs`);
  return Array.from({ length: count }, (_, index) => {
    const left = random.integer(KINDS.length);
    const others = KINDS.filter((_kind, kind) => kind !== left);
    const [[aName, a], [bName, b]] = [draw(random, KINDS[left]), draw(random, random.pick(others))];
    return {
      name: `pair-${index + 1}`,
      title: () => `Two at once: ${aName}, ${bName}`,
      stores: ['fake'],
      async run(world) {
        await Promise.all([a(world), b(world)]);
        await calm(world);
      },
    };
  });
}

function draw(random: SeededRandom, plays: Readonly<Record<string, Play>> = {}): [string, Play] {
  return random.pick(Object.entries(plays));
}
