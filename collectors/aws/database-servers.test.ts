import assert from 'node:assert/strict';
import test from 'node:test';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { databaseServersOf } from './database-servers.ts';

const ADDRESS = 'sql-7.c0ffee.eu-west-1.rds.amazonaws.com';

function serverOf(
  spellings: readonly string[],
  names: readonly string[],
): ReturnType<ReturnType<typeof databaseServersOf>> {
  const targets = spellings.map((database_server, i) => {
    return { tenant: `t-${i}`, info: { database_server }, files: {}, timeZone: 'UTC' };
  });
  return databaseServersOf(fleetOf(() => targets))(names);
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
