import assert from 'node:assert/strict';
import test from 'node:test';
import { testLineContract } from '../../test/contract/line-collector-contract.ts';
import { parseLines, type ParsedLines } from '../../test/contract/parsed-lines.ts';
import { octopusWebLog } from './index.ts';

const TARGET = { tenant: 'acme', info: {}, files: {}, timeZone: 'Europe/Berlin' };
const NEEDED = '#Fields: date time cs-method cs-uri-stem sc-status time-taken';

testLineContract({
  collector: octopusWebLog,
  folder: new URL('.', import.meta.url),
  fixtures: ['usual.log', 'changed.log'],
});

function parse(lines: readonly string[], isSource = true): ParsedLines {
  return parseLines(
    octopusWebLog.createParser(TARGET, () => isSource),
    lines.map((line) => `${line}\n`).join(''),
  );
}

/** A line in the usual order. */
function row(changes: Readonly<Record<string, string>> = {}): string {
  const columns = {
    date: '2026-11-20',
    time: '03:12:01',
    method: 'GET',
    path: '/api/Spaces-1/tasks',
    port: '8080',
    user: 'jane',
    ip: '::1',
    status: '200',
    taken: '103',
  };
  return Object.values({ ...columns, ...changes }).join('\t');
}

test('a file that is read on from its middle is taken to be in the usual order', () => {
  const { counts, rows } = parse([row()]);
  assert.deepEqual(counts, { parsed: 1, folded: 0, skipped: 0, refused: 0 });
  assert.deepEqual(rows, [
    {
      dataset: 'web_request',
      offset: 0,
      time: '2026-11-20T03:12:01.000Z',
      tenant: 'acme',
      method: 'GET',
      route: '/api/{space}/tasks',
      status: '200',
      path: '/api/Spaces-1/tasks',
      user: 'jane',
      duration_seconds: 0.103,
    },
  ]);
});

test('nobody is the same nobody as in the server log; a host is there only when one is declared', () => {
  const [nobody] = parse([row({ user: '-' })]).rows;
  assert.equal(nobody?.['user'], '<anonymous>');
  const fields = `${NEEDED} cs-host`;
  const line = ['2026-11-20', '03:12:01', 'GET', '/api', '200', '1'].join('\t');
  const hosts = parse([fields, `${line}\toctopus:8080`, `${line}\t-`]).rows.map((found) => found['host']);
  assert.deepEqual(hosts, ['octopus:8080', undefined]);
});

test('a declaration without a needed column refuses the rows behind it, until the next', () => {
  const line = ['2026-11-20', '03:12:01', 'GET', '/api', '200', '1'].join('\t');
  for (const missing of ['date', 'time', 'cs-method', 'cs-uri-stem', 'sc-status', 'time-taken']) {
    const other = NEEDED.replace(` ${missing}`, ' x-other');
    const { counts } = parse([other, line, NEEDED, line]);
    assert.deepEqual(counts, { parsed: 1, folded: 0, skipped: 2, refused: 1 }, missing);
  }
});

test('more columns than anybody declares are no columns', () => {
  const many = Array.from({ length: 70 }, (_, n) => `x-${n}`);
  const line = ['2026-11-20', '03:12:01', 'GET', '/api', '200', '1', ...many].join('\t');
  assert.equal(parse([`${NEEDED} ${many.join(' ')}`, line]).counts.refused, 1);
  assert.equal(parse([`${row()}${'\t'.repeat(100)}`]).counts.refused, 1);
});

const REFUSED: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a day that is none', { date: '2026-02-30' }],
  ['a date of another form', { date: '20/11/2026' }],
  ['half a time', { time: '03:12' }],
  ['an hour that is none', { time: '24:12:01' }],
  ['a fraction that is none', { time: '03:12:01.5x' }],
  ['a status of two digits', { status: '20' }],
  ['a status that is none', { status: '099' }],
  ['a path that begins elsewhere', { path: 'api' }],
  ['a request without a method', { method: '' }],
  ['a time taken that is no number', { taken: '-' }],
  ['a column too many', { more: '1' }],
];
for (const [what, changes] of REFUSED) {
  test(`refuses ${what} and goes on`, () => {
    const { counts, rows } = parse([row(changes), row()]);
    assert.deepEqual(counts, { parsed: 1, folded: 0, skipped: 0, refused: 1 });
    assert.equal(rows.length, 1);
  });
}

test('requests are left to another source where it is preferred, and what is none is refused all the same', () => {
  assert.deepEqual(parse([row(), row({ status: '-' })], false), {
    counts: { parsed: 0, folded: 0, skipped: 1, refused: 1 },
    rows: [],
  });
});
