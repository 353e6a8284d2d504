import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createEc2World, type Ec2World } from './fixtures/ec2-world.ts';
import { createLaunchAgent } from './fixtures/launch-agent.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What happens in a minute of the world; `which` picks an instance. */
const happening = fc.record({
  afterMs: fc.integer({ min: 3000, max: 25 * MINUTE }),
  what: fc.constantFrom(
    'run',
    'run',
    'runOther',
    'runUnlimited',
    'start',
    'start',
    'stop',
    'terminate',
    'terminate',
  ),
  which: fc.nat(),
  count: fc.integer({ min: 1, max: 4 }),
  lag: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 15 * MINUTE }),
    fc.integer({ min: 0, max: 6 * HOUR }),
  ),
  delay: fc.integer({ min: 0, max: 4000 }),
  fullRecord: fc.boolean(),
});

/** What becomes of the agent meanwhile. */
const trouble = fc.record({
  at: fc.integer({ min: 0, max: 12 * HOUR }),
  forMs: fc.integer({ min: MINUTE, max: 3 * HOUR }),
  what: fc.constantFrom('down', 'crashing', 'trail', 'ahead', 'behind'),
});

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

function happen(world: Ec2World, { what, which, count, lag, delay, fullRecord }: Happening): void {
  Object.assign(world, { lag, delay, fullRecords: fullRecord });
  const ids = world.ids();
  const id = ids[which % Math.max(1, ids.length)] ?? '';
  if (what === 'run') world.run(count);
  else if (what === 'runOther') world.run(count, { type: 'm5.large' });
  else if (what === 'runUnlimited') world.run(count, { unlimited: true });
  else world[what](id);
}

function t2Launches(world: Ec2World): { all: number; standard: number } {
  const launches = world.truth.filter(({ at, type }) => type.startsWith('t2.') && at > world.now - DAY);
  return { all: launches.length, standard: launches.filter(({ unlimited }) => !unlimited).length };
}

test('the ledger is the truth, whatever happens, as long as CloudTrail answers within the day', async (t) => {
  const schedules = fc.array(happening, { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(schedules, fc.array(trouble, { maxLength: 4 }), async (schedule, troubles) => {
      const world = createEc2World(NOON);
      const agent = createLaunchAgent(t, world);
      const is = (what: string): boolean =>
        troubles.some(
          (one) => one.what === what && world.now >= NOON + one.at && world.now < NOON + one.at + one.forMs,
        );
      let nextPoll = NOON;
      async function liveUntil(time: number): Promise<void> {
        for (; nextPoll <= time; nextPoll += MINUTE) {
          world.now = nextPoll;
          world.trailWorks = !is('trail');
          agent.skew = (is('ahead') ? 50 * HOUR : 0) - (is('behind') ? 7 * HOUR : 0);
          if (is('down')) continue;
          const seen = await agent.poll(is('crashing'));
          // what was terminated before anybody told its mode counts until CloudTrail does
          if (agent.skew === 0) assert.ok((seen['aws_t2_launches'] ?? NaN) <= t2Launches(world).all);
        }
        world.now = time;
      }
      for (const one of schedule) {
        const at = world.now + one.afterMs;
        if (at > NOON + 13 * HOUR) break;
        await liveUntil(at);
        happen(world, one);
      }
      // CloudTrail tells of the last launch, and the day is read once more
      await liveUntil(NOON + 20 * HOUR + 30 * MINUTE);
      const values = await agent.poll();
      assert.equal(values['aws_t2_launches'], t2Launches(world).standard);
    }),
    { numRuns: 40 },
  );
});
