import { calm, loseAnswer, restart, seconds, suffer } from '../actions.ts';
import type { FaultRow, FaultWorld } from '../fault-row.ts';
import type { StoreFault } from '../store-fault.ts';

/** Bytes of a bulk that is refused as too large: some 150 documents. */
const LARGEST_BYTES = 4096;

/** What Elasticsearch answers, or does not. */
export const ANSWERS: readonly FaultRow[] = [
  {
    name: 'items-429',
    title: ({ trouble }) => `5 % of items answer 429 for ${trouble} s`,
    telegraf: { lines: '150 k', lost: '0', doubled: '19,980' },
    stores: ['fake'],
    run: (world) => through(world, { kind: 'refuse-items', share: 0.05, status: 429 }),
  },
  {
    name: 'poison',
    title: () => 'One document in 5,000 answers 400',
    telegraf: { lines: '60 k', lost: '44,300', doubled: '188,811' },
    stores: ['fake'],
    poisonEvery: 5000,
    run: (world) => seconds(world.profile.trouble),
  },
  {
    name: 'silence',
    title: ({ trouble }) => `Bulks are taken and never answered for ${trouble} s`,
    telegraf: { lines: '150 k', lost: '0', doubled: '4,000' },
    stores: ['fake', 'real'],
    quick: [],
    run: (world) => through(world, { kind: 'silence' }),
  },
  {
    name: 'reset-body',
    title: ({ trouble }) => `Connection reset in mid-body for ${trouble} s`,
    telegraf: { lines: '150 k', lost: '0', doubled: '0' },
    stores: ['fake'],
    quick: [],
    run: (world) => through(world, { kind: 'reset-body' }),
  },
  {
    name: 'reset-after',
    title: ({ trouble }) => `Bulks are taken, connection reset before the answer, for ${trouble} s`,
    stores: ['fake', 'real'],
    run: (world) => through(world, { kind: 'reset-after' }),
  },
  {
    name: 'half-answer',
    title: ({ trouble }) => `Bulks are taken, half of the answer comes, for ${trouble} s`,
    stores: ['fake'],
    quick: [],
    run: (world) => through(world, { kind: 'half-answer' }),
  },
  {
    name: 'too-large',
    title: ({ trouble }) => `413 for bodies over 4 KiB for ${trouble} s`,
    stores: ['fake'],
    quick: [],
    run: (world) => through(world, { kind: 'max-bytes', bytes: LARGEST_BYTES }),
  },
  {
    name: 'lost-answer-rollover',
    title: () => 'Bulk taken, answer lost, rollover, retry',
    stores: ['fake', 'real'],
    quick: ['fake', 'real'],
    async run(world) {
      for (let count = 0; count < 3; count++) {
        await loseAnswer(world, false);
        await seconds(world.profile.pause);
      }
    },
  },
  {
    name: 'lost-answer-rollover-kill-9',
    title: () => 'Bulk taken, answer lost, rollover, kill -9, retry in the next life',
    stores: ['fake', 'real'],
    async run(world) {
      await loseAnswer(world, true);
      await restart(world, 'kill');
      await calm(world);
    },
  },
];

async function through(world: FaultWorld, fault: StoreFault): Promise<void> {
  await suffer(world, fault, world.profile.trouble);
  await calm(world);
}
