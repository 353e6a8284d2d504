import assert from 'node:assert/strict';
import test from 'node:test';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { databaseServersOf } from './database-servers.ts';

const ADDRESS = 'sql-7.c0ffee.eu-west-1.rds.amazonaws.com';

const PLACE = { region: 'eu-west-1', accounts: [{ regions: ['eu-west-1', 'us-east-1'] }] };

function serverOf(
  spellings: readonly string[],
  names: readonly string[],
  regions: readonly string[] = [],
): ReturnType<ReturnType<typeof databaseServersOf>> {
  const targets = spellings.map((database_server, i) => {
    const info = { database_server, region: regions[i] ?? '' };
    return { tenant: `t-${i}`, info, files: {}, timeZone: 'UTC' };
  });
  return databaseServersOf(
    fleetOf(() => targets),
    PLACE,
  )(names);
}

for (const [spelling, names] of [
  ['sql-7', ['sql-7', ADDRESS]],
  ['SQL-7', ['sql-7']],
  [ADDRESS, ['sql-7', ADDRESS]],
  [`tcp:${ADDRESS},1433`, ['sql-7', ADDRESS]],
  [` ${ADDRESS}:1433`, ['sql-7', ADDRESS]],
] as const)
  test(`${spelling} is the server ${names.join(' or ')}, and keeps its spelling`, () => {
    assert.deepEqual(serverOf([spelling], names), { name: spelling, tenants: 1, otherSpellings: [] });
  });

test('the name is the one most instances use; all of them count', () => {
  assert.deepEqual(serverOf([ADDRESS, 'sql-7', ADDRESS, 'sql-70'], ['sql-7', ADDRESS]), {
    name: ADDRESS,
    tenants: 3,
    otherSpellings: ['sql-7'],
  });
});

test('a server that no instance names is unknown', () => {
  assert.equal(serverOf(['sql-70', ''], ['sql-7', '']), undefined);
});

test('where two regions have one identifier, an instance in the other region means that one', () => {
  const regions = ['eu-west-1', 'us-east-1', 'us-east-1', 'europe', ''];
  const spellings = ['sql-7', 'sql-7', ADDRESS, 'sql-7', 'sql-7'];
  assert.equal(serverOf(spellings, ['sql-7', ADDRESS], regions)?.tenants, 4);
});
