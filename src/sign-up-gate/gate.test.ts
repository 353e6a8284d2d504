import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configSchema } from '../config/schema.ts';
import { decide, gateOf, isOpen, OPEN_GATE, toState, type Gate, type RoomSeen } from './gate.ts';

const LIMITS = { pause_below: 20, resume_above: 50 };
const MINUTE = 60_000;

/** What is seen, minute by minute: a number, one with unknown quotas behind it (`12?`), or nothing. */
function gates(seen: readonly (number | string | undefined)[], limits = LIMITS): string {
  let gate: Gate = OPEN_GATE;
  return seen
    .map((each, minute) => {
      gate = gateOf(toState(decide(gate, roomOf(each), limits, minute * MINUTE)));
      return isOpen(gate) ? 'open' : (gate.change?.reason ?? '');
    })
    .join(' ');
}

function roomOf(seen: number | string | undefined): RoomSeen {
  if (seen === undefined) return { tenantsLeft: undefined, isComplete: true, quota: '' };
  return { tenantsLeft: Number.parseInt(`${seen}`, 10), isComplete: typeof seen === 'number', quota: 'vpcs' };
}

describe('sign-ups', () => {
  const cases: readonly [string, readonly (number | string | undefined)[], string][] = [
    [
      'are paused below, resumed above, and stay as they are in between',
      [20, 19, 50, 51, 30, 19],
      'open tenants_left tenants_left open open tenants_left',
    ],
    [
      'are not resumed by what is not known',
      [3, undefined, '999?', 999],
      'tenants_left tenants_left tenants_left open',
    ],
    ['are paused by few, also where some of it is unknown', ['12?'], 'tenants_left'],
    [
      'are not paused by what is not known, unless somebody wants that',
      [undefined, '70?', undefined],
      'open open open',
    ],
  ];
  for (const [name, seen, expected] of cases) test(name, () => assert.equal(gates(seen), expected));

  test('are paused after unknown_after, counted from when it was last known', () => {
    const limits = { ...LIMITS, unknown_after: 2 * MINUTE };
    const seen = [undefined, undefined, 70, '70?', '70?', undefined, 30, 70];
    assert.equal(gates(seen, limits), 'open open open open open unknown unknown open');
  });
});

test('thresholds that would flap are refused when the configuration is loaded', () => {
  const gate = {
    url: 'https://sign-ups.example',
    signing_key: 'a-key-of-a-test',
    pause_below: 50,
    resume_above: 50,
  };
  const result = configSchema.safeParse({ collectors: { capacity: { sign_up_gate: gate } } });
  assert.match(result.error?.message ?? '', /resume_above must be greater than pause_below/);
});
