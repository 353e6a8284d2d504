import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stormLine, traitWords, type StormLineParts } from './storm-line.ts';
import type { StormGroup, Trait } from './storm.ts';
import { symptomOf } from './symptom.ts';
import { ENOUGH_ALONE, isFittingLine, shortened, spokenDuration, thousands } from './words.ts';

const MINUTE = 60_000;
const SERVER: Trait = { name: 'database_server', value: 'sql-7' };

function parts(over: Partial<StormLineParts> = {}): StormLineParts {
  return {
    tenants: 35,
    victims: 37,
    fleet: 1000,
    peak: 35,
    isEbbing: false,
    trait: SERVER,
    symptom: { state: 'down', detail: 'login timeout' },
    ageMs: 13 * MINUTE,
    quietMs: 10 * MINUTE,
    ...over,
  };
}

const LINES: readonly (readonly [string, Partial<StormLineParts>])[] = [
  ['37 of 1,000 tenants down, 35 on sql-7: login timeout, 13 min', {}],
  ['35 of 1,000 tenants down, all on sql-7: login timeout, 13 min', { victims: 35 }],
  [
    '37 of 1,000 tenants: queue stuck, 35 in eu-west-2, 13 min',
    { trait: { name: 'region', value: 'eu-west-2' }, symptom: { detail: 'queue stuck' } },
  ],
  [
    // The symptom first would put what is shared behind what a phone shows.
    '400 of 10,000 tenants, 390 with version 2026.1.1: deployments wait, 1 h 5 min',
    {
      victims: 400,
      tenants: 390,
      fleet: 10_000,
      trait: { name: 'version', value: '2026.1.1' },
      symptom: { detail: 'deployments wait' },
      ageMs: 65 * MINUTE,
    },
  ],
  [
    '12 of 1,000 tenants down: login timeout, 40 s',
    { victims: 12, tenants: 12, trait: undefined, ageMs: 40_000 },
  ],
  [
    // What a phone shows ends in the name, cut short, not in the middle of it.
    '37 of 1,000 tenants down, 35 on sql-cluster-of-the-nort…: login timeout, 13 min',
    { trait: { name: 'database_server', value: 'sql-cluster-of-the-northern-region' } },
  ],
  ['2 of 35 tenants still down, on sql-7: login timeout, 13 min', { tenants: 2, isEbbing: true }],
  [
    '2 of 35 tenants still in trouble, on sql-7: queue stuck, 13 min',
    { tenants: 2, isEbbing: true, symptom: { detail: 'queue stuck' } },
  ],
  ['35 of 35 tenants back, on sql-7: over when quiet for 10 min', { tenants: 0, isEbbing: true }],
].map(([line, over]) => [line, over] as [string, Partial<StormLineParts>]);

for (const [line, over] of LINES) {
  test(line, () => {
    const { trait, ...rest } = { ...parts(), ...over };
    assert.equal(stormLine(trait === undefined ? rest : { ...rest, trait }), line);
  });
}

test('traits are worded for people', () => {
  const words = (name: string, value: string): string => traitWords({ name, value });
  assert.equal(words('region', 'eu-west-2'), 'in eu-west-2');
  assert.equal(words('node', 'aks-3'), 'on node aks-3');
  assert.equal(words('version', '2026.1.1'), 'with version 2026.1.1');
  assert.equal(words('release_ring', 'early'), 'with release ring early');
});

const name = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.stringMatching(/^[a-z]{1,8}(-[0-9]{1,9}){0,4}$/),
  fc.stringMatching(/^[0-9]{1,5}(\.[0-9]{1,9}){0,8}$/),
);
const count = fc.integer({ min: 1, max: 1_000_000 });

test('always short enough, in one line, with no number torn apart, whatever the names', () => {
  fc.assert(
    fc.property(
      fc.record({
        tenants: fc.oneof(count, fc.constant(0)),
        victims: count,
        fleet: count,
        peak: count,
        isEbbing: fc.boolean(),
        trait: fc.record({
          name: fc.oneof(name, fc.constantFrom('database_server', 'version')),
          value: name,
        }),
        symptom: fc.record(
          { state: fc.constantFrom('down', 'up and down'), detail: name.map((text) => shortened(text, 48)) },
          { requiredKeys: ['detail'] },
        ),
        ageMs: fc.integer({ min: 0, max: 400 * 86_400_000 }),
        quietMs: fc.integer({ min: 0, max: 86_400_000 }),
      }),
      (random) => {
        const line = stormLine(random);
        assert.ok(isFittingLine(line) && !/[\n\r]/.test(line), line);
        assert.match(line, /^[\d,]+ of [\d,]+ tenants/);
      },
    ),
    { numRuns: 1000 },
  );
});

test('the counts and a name of usual length stand in what a phone shows', () => {
  const usual = fc.stringMatching(/^[a-z]{2,6}-[0-9a-z]{1,6}$/);
  fc.assert(
    fc.property(
      usual,
      fc.integer({ min: 5, max: 9999 }),
      fc.string({ maxLength: 48 }),
      (value, tenants, detail) => {
        const line = stormLine(
          parts({
            tenants,
            victims: tenants + 2,
            fleet: 10_000,
            trait: { ...SERVER, value },
            symptom: { detail },
          }),
        );
        assert.ok(line.slice(0, ENOUGH_ALONE).includes(`${thousands(tenants)} on ${value}`), line);
      },
    ),
  );
});

function groups(lines: Readonly<Record<string, string>>, alertname = 'OctopusDown'): StormGroup[] {
  return Object.entries(lines).map(([tenant, line]) => ({
    key: `${alertname}/${tenant}`,
    alertname,
    tenant,
    line: `${tenant}: ${line}`,
    firedAt: 0,
  }));
}

test('the symptom is what the lines have in common, without the numbers of one tenant', () => {
  assert.deepEqual(symptomOf(groups({ a: 'down, no answer for 2m', b: 'down, no answer for 9m' })), {
    state: 'down',
    detail: 'no answer',
  });
  assert.deepEqual(symptomOf(groups({ a: 'queue stuck 12m, 43 waiting', b: 'queue stuck 9m, 3 waiting' })), {
    detail: 'queue stuck',
  });
  assert.deepEqual(symptomOf(groups({ a: 'queue stuck for 12m', b: 'queue stuck for 12m' })), {
    detail: 'queue stuck',
  });
  assert.deepEqual(symptomOf(groups({ a: 'down, refused', b: 'down, timeout' })), {
    state: 'down',
    detail: '',
  });
  assert.deepEqual(symptomOf(groups({ a: '5% of probes lost', b: '7% of probes lost' }, 'OctopusSloBurn')), {
    detail: 'OctopusSloBurn',
  });
  const long = 'no answer from the directory of users, password=KQxyfUeLmZoPqWn';
  assert.deepEqual(symptomOf(groups({ a: long, b: long })), {
    detail: 'no answer from the directory of users…',
  });
  assert.deepEqual(
    symptomOf([...groups({ a: 'down', b: 'down' }), ...groups({ c: 'queue stuck' }, 'OctopusQueueStuck')]),
    { state: 'in trouble', detail: '2 OctopusDown, 1 OctopusQueueStuck' },
  );
});

test('numbers and durations as a person says them', () => {
  assert.deepEqual([0, 999, 1000, 1_234_567].map(thousands), ['0', '999', '1,000', '1,234,567']);
  const spoken = [0, 40_000, 60_000, 13.9 * MINUTE, 60 * MINUTE, 65 * MINUTE, 51 * 60 * MINUTE].map(
    spokenDuration,
  );
  assert.deepEqual(spoken, ['0 s', '40 s', '1 min', '13 min', '1 h', '1 h 5 min', '2 d 3 h']);
});

test('a number at the edge of what a phone shows', () => {
  const at = (index: number): string => `${'x'.repeat(index)}1,234`;
  assert.ok(isFittingLine(at(55)) && isFittingLine(at(60)));
  assert.ok(!isFittingLine(at(56)) && !isFittingLine(at(59)));
  assert.ok(!isFittingLine('x'.repeat(121)));
});
