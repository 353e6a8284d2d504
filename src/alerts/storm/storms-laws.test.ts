import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Labels } from '../../model/labels.ts';
import { createRateLimit } from './rate-limit.ts';
import { classKey, type Storm, type StormGroup } from './storm.ts';
import { createStorms } from './storms.ts';
import { MINUTE, START, STORM_SETTINGS } from './testing/storm-bench.ts';
import { isFittingLine } from './words.ts';

const { settleMs, minTenants } = STORM_SETTINGS;
const TENANTS = 120;
const ALERTS = ['OctopusDown', 'OctopusQueueStuck', 'OctopusQueueWait'] as const;

/** 12 servers in 3 regions, 8 nodes, 2 versions: small enough for chance to make every kind of storm. */
const FLEET: ReadonlyMap<string, Labels> = new Map(
  Array.from({ length: TENANTS }, (_, i): [string, Labels] => [
    `t${i}`,
    {
      database_server: `sql-${i % 12}`,
      region: `r${Math.floor((i % 12) / 4)}`,
      node: `n${Math.floor(i / 3) % 8}`,
      version: (i * 7) % 10 < 4 ? 'new' : 'old',
    },
  ]),
);

/** Part of those with a trait begins or ceases to fire. */
interface Step {
  readonly passMs: number;
  readonly trait: string;
  readonly alertname: string;
  readonly share: number;
  readonly salt: number;
  readonly isEnd: boolean;
  readonly restarts: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  passMs: fc.oneof(fc.integer({ min: 1000, max: 2 * MINUTE }), fc.integer({ min: 0, max: 30 * MINUTE })),
  trait: fc.constantFrom('sql-1', 'sql-2', 'sql-5', 'r0', 'r1', 'n1', 'n2', 'new', 'any'),
  alertname: fc.constantFrom(...ALERTS),
  share: fc.double({ min: 0.05, max: 1, noNaN: true }),
  salt: fc.nat({ max: 1000 }),
  isEnd: fc.boolean(),
  restarts: fc.boolean(),
});

function chosen({ trait, share, salt }: Step): string[] {
  return [...FLEET]
    .filter(([, labels]) => trait === 'any' || Object.values(labels).includes(trait))
    .map(([tenant]) => tenant)
    .filter((_, i) => ((i + salt) * 7919) % 1000 < share * 1000 * (trait === 'any' ? 0.3 : 1));
}

class World {
  now = START;
  readonly firing = new Map<string, StormGroup>();
  storms = createStorms(STORM_SETTINGS);
  readonly saved = new Map<string, string | undefined>();

  apply(each: Step): void {
    this.now += each.passMs;
    for (const tenant of chosen(each)) {
      const key = `${each.alertname}/${tenant}`;
      const line = `${tenant}: ${each.alertname}, ${each.salt} waiting`;
      if (each.isEnd) this.firing.delete(key);
      else if (!this.firing.has(key))
        this.firing.set(key, { key, alertname: each.alertname, tenant, line, firedAt: this.now });
    }
  }

  look(groups: readonly StormGroup[] = [...this.firing.values()]): readonly Storm[] {
    const storms = this.storms.look({ now: this.now, receiver: 'oncall', groups, fleet: FLEET });
    for (const [name, saved] of this.storms.changes()) this.saved.set(name, saved);
    return storms;
  }

  restart(): void {
    this.storms = createStorms(STORM_SETTINGS);
    for (const [name, saved] of this.saved) if (saved !== undefined) this.storms.restore(name, saved);
  }
}

const steps = fc.array(step, { minLength: 1, maxLength: 25 });

test('each firing group is told one way: alone, in one storm, or in one summary', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const world = new World();
      const limit = createRateLimit({ enabled: true, incidents: 4, perMs: 10 * MINUTE });
      for (const each of all) {
        world.apply(each);
        const storms = world.look();
        const told = storms.flatMap(({ members }) => members);
        assert.equal(new Set(told).size, told.length, 'told by two storms');
        assert.ok(
          told.every((key) => world.firing.has(key)),
          'told although it does not fire',
        );
        const rest = [...world.firing.values()].filter(({ key }) => !told.includes(key));
        const summary = limit.look({
          now: world.now,
          receiver: 'oncall',
          incidents: [
            ...rest.map((group) => ({ ...group, isTold: false })),
            ...storms.map(({ id, startedAt }) => ({
              key: id,
              alertname: 'storm',
              firedAt: startedAt,
              isTold: false,
              isStorm: true,
            })),
          ],
        });
        const folded = summary?.members ?? [];
        assert.ok(folded.every((key) => rest.some((group) => group.key === key)));
        assert.equal(new Set(storms.map(({ id }) => id)).size, storms.length, 'an id twice');
        for (const storm of storms) {
          assert.ok(isFittingLine(storm.line), storm.line);
          assert.deepEqual(storm.tenants, [...new Set(storm.members.map(tenantOf))].toSorted());
        }
      }
    }),
    { numRuns: 100 },
  );
});

function tenantOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

test('who was told of in a storm is never told alone before it ends, and no class is taken back within settle', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const world = new World();
      /** The class each group is told by now, and when it left which. */
      let before = new Map<string, string>();
      const left = new Map<string, Map<string, number>>();
      for (const each of all) {
        world.apply(each);
        const now = new Map(
          world.look().flatMap((storm) => storm.members.map((key) => [key, classKey(storm.class)])),
        );
        for (const [key, was] of before) {
          if (!world.firing.has(key)) {
            left.delete(key);
            continue;
          }
          const is = now.get(key);
          assert.ok(is !== undefined, `${key} is told alone again`);
          if (is === was) continue;
          const times = left.get(key) ?? new Map<string, number>();
          assert.ok(world.now - (times.get(is) ?? -Infinity) >= settleMs, `${key} is back in ${is}`);
          left.set(key, times.set(was, world.now));
        }
        before = now;
      }
    }),
    { numRuns: 150 },
  );
});

test('the order of groups does not matter, nor does a restart', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const [world, mirror] = [new World(), new World()];
      for (const each of all) {
        world.apply(each);
        mirror.apply(each);
        assert.deepEqual(mirror.look([...mirror.firing.values()].toReversed()), world.look());
        // What is better explained since less than a minute is looked at anew after a restart: that may come later.
        const isPending = (world.storms.dueAt('oncall') ?? Infinity) <= world.now + MINUTE;
        if (each.restarts && !isPending) mirror.restart();
      }
    }),
    { numRuns: 100 },
  );
});

test('a storm begins with enough tenants, and everything that ended is forgotten', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const world = new World();
      const known = new Set<string>();
      for (const each of all) {
        world.apply(each);
        for (const { id, tenants } of world.look()) {
          if (!known.has(id)) assert.ok(tenants.length >= minTenants, 'too small to begin');
          known.add(id);
        }
      }
      world.firing.clear();
      world.look();
      world.now += settleMs / 2;
      assert.deepEqual(world.look(), []);
      world.now += settleMs;
      world.look();
      assert.equal(world.saved.get('oncall'), undefined);
      assert.equal(world.storms.dueAt('oncall'), undefined);
    }),
    { numRuns: 100 },
  );
});

test('independent failures are no storm with a trait', () => {
  const fleet = new Map(
    Array.from({ length: 1000 }, (_, i): [string, Labels] => [
      `t${i}`,
      { database_server: `sql-${i % 30}`, node: `n${Math.floor(i / 25)}`, region: `r${(i * 7) % 4}` },
    ]),
  );
  let named = 0;
  const runs = 300;
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 999 }), { minLength: 5, maxLength: 40 }), (victims) => {
      const groups = victims.map((i) => ({
        key: `k${i}`,
        alertname: 'OctopusDown',
        tenant: `t${i}`,
        line: `t${i}: down`,
        firedAt: START,
      }));
      const storms = createStorms(STORM_SETTINGS).look({ now: START, receiver: 'oncall', groups, fleet });
      if (storms.some((storm) => storm.class.trait !== undefined)) named++;
    }),
    // Without the values that fast-check prefers, which are neighbours.
    { numRuns: runs, seed: 7, unbiased: true },
  );
  assert.ok(named <= runs / 100, `${named} of ${runs} random draws got a trait`);
});
