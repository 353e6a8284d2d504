import assert from 'node:assert/strict';
import test from 'node:test';
import type { BatchRow } from '../../src/model/batch-rows.ts';
import { testLineContract } from '../../test/contract/line-collector-contract.ts';
import { parseLines, type ParsedLines } from '../../test/contract/parsed-lines.ts';
import { octopusTaskLog } from './index.ts';

const TARGET = { tenant: 'acme', info: {}, files: {}, timeZone: 'Europe/Berlin' };

testLineContract({
  collector: octopusTaskLog,
  folder: new URL('.', import.meta.url),
  fixtures: ['servertasks-77.txt'],
});

interface Line {
  readonly correlation?: string;
  readonly category?: string;
  readonly time?: string;
  readonly message?: unknown;
  readonly detail?: unknown;
  readonly progress?: unknown;
}

function line({ correlation, category, time, message, detail, progress }: Line): string {
  const values = [
    correlation ?? 'ServerTasks-21_GJZWYYV2KT/2295eb9da71548a6b989eb5b8539702b',
    category ?? 'ERR',
    time ?? '2026-11-20T03:12:09.0474477+00:00',
    message ?? 'It failed',
    detail === undefined ? '' : detail,
    progress ?? 0,
  ];
  return JSON.stringify(values);
}

function parse(...lines: readonly string[]): ParsedLines {
  return parseLines(
    octopusTaskLog.createParser(TARGET, () => true),
    lines.map((text) => `${text}\n`).join(''),
  );
}

function rowOf(values: Line): BatchRow | undefined {
  return parse(line(values)).rows[0];
}

test('an error is an event of its task; ids of the task do not become labels', () => {
  assert.deepEqual(rowOf({}), {
    dataset: 'task_log',
    offset: 0,
    time: '2026-11-20T03:12:09.047Z',
    tenant: 'acme',
    category: 'ERR',
    kind: 'error',
    task_id: 'ServerTasks-21',
    message: 'It failed',
  });
});

const TASKS: readonly (readonly [string, string | undefined])[] = [
  ['ServerTasks-21', 'ServerTasks-21'],
  ['ServerTasks-21_GJZWYYV2KT', 'ServerTasks-21'],
  ['RunbookRuns-7/abc', 'RunbookRuns-7'],
  ['', undefined],
  ['2295eb9da71548a6b989eb5b8539702b', undefined],
];
for (const [correlation, taskId] of TASKS) {
  test(`the correlation "${correlation}" is of ${taskId ?? 'no task'}`, () =>
    assert.equal(rowOf({ correlation })?.['task_id'], taskId));
}

const KINDS: readonly (readonly [string, string, string | undefined])[] = [
  ['WRN', 'Careful', 'warning'],
  ['ERR', 'It failed', 'error'],
  ['FAT', 'The deployment failed', 'fatal'],
  ['INF', 'All is well', undefined],
  ['INF', 'Cannot start this task yet. There is already another task running', 'task_blocked'],
  [
    'FAT',
    'This task was canceled before it could start. Task [ServerTasks-1](x) is still running.',
    'task_blocked',
  ],
  ['VBS', '"ServerTasks-1" (has a write lock)', 'task_blocked'],
  ['VBS', 'no locks', undefined],
];
for (const [category, message, kind] of KINDS) {
  test(`${category} "${message}" is ${kind ?? 'skipped'}`, () => {
    const { counts, rows } = parse(line({ category, message }));
    assert.equal(rows[0]?.['kind'], kind);
    assert.deepEqual([counts.parsed, counts.skipped], kind === undefined ? [0, 1] : [1, 0]);
  });
}

test('a category of a newer server is one label value, whatever it is', () => {
  const message = 'Waiting for the script in task XXXXXX to finish';
  assert.equal(rowOf({ category: 'WAI', message })?.['category'], 'other');
  assert.equal(rowOf({ category: 'INF', message })?.['category'], 'INF');
});

test('the holders are those that the message names, without the task itself', () => {
  const message =
    'Waiting on scripts in tasks [ServerTasks-21](x), [ServerTasks-3](x) and [RunbookRuns-4](x) to finish.';
  assert.equal(rowOf({ category: 'INF', message })?.['holder'], 'ServerTasks-3, RunbookRuns-4');
  const own = 'Waiting on another script in this task to finish';
  assert.equal(rowOf({ category: 'INF', message: own })?.['holder'], undefined);
  assert.equal(rowOf({ message: 'ServerTasks-3 failed' })?.['holder'], undefined);
});

test('a long message ends behind a whole word within 4 KiB', () => {
  const message = String(rowOf({ message: 'word '.repeat(2000) })?.['message']);
  assert.match(message, /^(?:word )+word…$/);
  assert.ok(Buffer.byteLength(message) <= 4096);
});

test('a stamp without a zone is of the instance', () => {
  assert.equal(rowOf({ time: '2026-11-20T03:12:09' })?.['time'], '2026-11-20T02:12:09.000Z');
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['five elements', '["ServerTasks-1","ERR","2026-11-20T03:12:09Z","m",""]'],
  ['seven elements', '["ServerTasks-1","ERR","2026-11-20T03:12:09Z","m","",0,0]'],
  ['a message that is no text', line({ message: 1 })],
  ['a detail that is no text', line({ detail: {} })],
  ['a progress that is no number', line({ progress: '1' })],
  ['a time that is none', line({ time: 'yesterday' })],
  ['a time with more behind it', line({ time: '2026-11-20T03:12:09Z or so' })],
  ['half a line of any category', line({ category: 'INF' }).slice(0, 90)],
  ['an escape that is none', line({}).replace('It failed', String.raw`It \failed\q`)],
  ['an object', '{"category":"ERR"}'],
  ['a category that is none', line({ category: '' })],
  ['the exported form of a log', '03:12:09   Error    |   It failed'],
];
for (const [what, text] of REFUSED) {
  test(`refuses ${what} and goes on`, () =>
    assert.deepEqual(parse(text, line({})).counts, { parsed: 1, folded: 0, skipped: 0, refused: 1 }));
}

test('a detail may be missing', () => assert.equal(rowOf({ detail: null })?.['kind'], 'error'));
