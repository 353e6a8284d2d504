import assert from 'node:assert/strict';
import test from 'node:test';
import type { LineParser } from '../../src/collect/contract.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import { taskDataset } from '../../src/octopus/task-dataset.ts';
import { testLineContract } from '../../test/contract/line-collector-contract.ts';
import { parseLines, type ParsedLines } from '../../test/contract/parsed-lines.ts';
import { octopusServerLog } from './index.ts';

testLineContract({
  collector: octopusServerLog,
  folder: new URL('.', import.meta.url),
  fixtures: ['server-2024.txt', 'server-2016.txt'],
});

function createParser(timeZone = 'UTC', isSource = (_dataset: Dataset): boolean => true): LineParser {
  return octopusServerLog.createParser({ tenant: 'acme', info: {}, files: {}, timeZone }, isSource);
}

function parse(text: string | Uint8Array, parser = createParser()): ParsedLines {
  return parseLines(parser, text);
}

function times(text: string, timeZone: string): unknown[] {
  return parse(text, createParser(timeZone)).rows.map((row) => row['time']);
}

function routeOf(path: string): unknown {
  return parse(request(path)).rows[0]?.['route'];
}

function request(path: string): string {
  return `2026-11-20 03:12:09.4410      1     75  INFO  "HTTP" "GET" to "h""${path}" "completed" with 200 in 00:00:00.0224869 (22ms) by "<anonymous>"\n`;
}

function messageOf(message: string): unknown {
  return parse(`2026-11-20 03:12:09.4410      1     75  WARN  ${message}\n`).rows[0]?.['message'];
}

test('task rows are left to another source where it is preferred', () => {
  const line =
    '2026-11-20 03:12:11.9679      1    111  INFO  Executing task "Deploy A" "completed" after 290ms.\n';
  const isSource = (dataset: Dataset): boolean => dataset !== taskDataset;
  assert.deepEqual(parse(line).counts, { parsed: 1, folded: 0, skipped: 0, refused: 0 });
  assert.deepEqual(parse(line, createParser('UTC', isSource)).counts, {
    parsed: 0,
    folded: 0,
    skipped: 1,
    refused: 0,
  });
});

const TASKS: readonly (readonly [string, string])[] = [
  ['Deploy Web release 1.0 to Prod', 'Deploy'],
  ['Deployments are cleaned', 'other'],
  ['Check target health for Default Machine Policy', 'Health'],
  ['Check Default Machine Policy health', 'Health'],
  ['Apply retention policies', 'Retention'],
  ['Process recurring scheduled triggers', 'RecurringScheduledDeployments'],
  ['Run "quoted" thing', 'other'],
];
for (const [description, name] of TASKS) {
  test(`task "${description}" is of type ${name}`, () => {
    const { rows } = parse(
      `2026-11-20 03:12:11.9      1  1  INFO  Executing task "${description}" completed in 1.5 ms\n`,
    );
    const [{ description: read, name: type, state, duration_seconds: seconds } = {}] = rows;
    assert.deepEqual(
      { read, type, state, seconds },
      { read: description, type: name, state: 'Success', seconds: 0.0015 },
    );
  });
}

const ROUTES: readonly (readonly [string, string])[] = [
  ['/api', '/api'],
  ['/', '/'],
  ['/api/', '/api'],
  ['/api/Spaces-1/tasks/ServerTasks-21', '/api/{space}/tasks/{id}'],
  ['/api/spaces-12/tasks/ServerTasks-21_GJZWYYV2KT/raw', '/api/{space}/tasks/{id}/raw'],
  ['/api/octopusservernodes/OctopusServerNodes-50c3dfbarc82/details', '/api/octopusservernodes/{id}/details'],
  ['/api/users/me?apiKey=API-1234', '/api/users/me'],
  ['/api/packages/1.0.12', '/api/packages/{id}'],
  ['/api/x/9f1c2a7e-33b4-4a52-9d3e-0d6a6a3a1f00', '/api/x/{id}'],
  ['/api/x/beb82d8faa3843d0beead27d4ed7ef4e', '/api/x/{id}'],
  ['/api/x/a%20b', '/api/x/{id}'],
  ['/api/token/v1', '/api/token/v1'],
  ['/app', '/app'],
  ['/app/main.4f3c.js', 'other'],
  ['/wp-login.php', 'other'],
  ['/api/a/b/c/d/e/f/g/h', 'other'],
  [`/api/${'x'.repeat(300)}`, '/api/{id}'],
];
for (const [path, route] of ROUTES) {
  test(`the route of ${path.slice(0, 60)} is ${route}`, () => assert.equal(routeOf(path), route));
}

test('a long message ends behind a whole word within 4 KiB', () => {
  const message = String(messageOf(`${'word '.repeat(810)}${'ä'.repeat(500)}`));
  assert.equal(message, `${'word '.repeat(810).trimEnd()}…`);
  assert.equal(messageOf('ä'.repeat(5000)), '…');
});

test('zone-less stamps are of the configured zone, a zone in the line wins', () => {
  const text = [
    '2026-01-10 12:00:00.1239  1  INFO  Request took 1ms: GET http://h/',
    '2026-07-10 12:00:00.1239  1  INFO  Request took 1ms: GET http://h/',
    '2026-07-10 12:00:00.1239 +10:00  1  1  INFO  Request took 1ms: GET http://h/',
    '2026-07-10 12:00:00.1239Z  1  1  INFO  Request took 1ms: GET http://h/',
    '',
  ].join('\n');
  assert.deepEqual(times(text, 'Europe/Berlin'), [
    '2026-01-10T11:00:00.123Z',
    '2026-07-10T10:00:00.123Z',
    '2026-07-10T02:00:00.123Z',
    '2026-07-10T12:00:00.123Z',
  ]);
});

test('an hour that the clock repeats is told by the order of the file; one it skips does not fail', () => {
  const stamps = ['02:10', '02:40', '02:59', '02:01', '02:30', '03:00'].map(
    (time) => `2026-10-25 ${time}:00.0000  1  INFO  Request took 1ms: GET http://h/\n`,
  );
  assert.deepEqual(
    times(stamps.join(''), 'Europe/Berlin').map((time) => String(time).slice(11, 16)),
    ['00:10', '00:40', '00:59', '01:01', '01:30', '02:00'],
  );
  const skipped = '2026-03-29 02:30:00.0000  1  INFO  Request took 1ms: GET http://h/\n';
  assert.deepEqual(times(skipped, 'Europe/Berlin'), ['2026-03-29T01:30:00.000Z']);
});

test('a zone that is none is refused by name', () => {
  assert.throws(() => createParser('Mars/Olympus'), /unknown time zone Mars\/Olympus/);
});

const REFUSED: readonly (readonly [string, Uint8Array])[] = [
  ['half a stamp', Buffer.from('2026-11-20 03:1\n')],
  ['a stamp without level', Buffer.from('2026-11-20 03:12:09.4410      1     75\n')],
  ['a day that is none', Buffer.from('2026-02-30 03:12:09.4410   1  INFO  x\n')],
  ['half a request', Buffer.from(`${request('/api').slice(0, 90)}\n`)],
  ['bytes that are not UTF-8', Buffer.from([0x41, 0xff, 0xfe, 0x0a])],
  ['zeros a crash left', Buffer.concat([Buffer.alloc(100), Buffer.from('\n')])],
];
for (const [what, bytes] of REFUSED) {
  test(`refuses ${what} and goes on`, () => {
    const whole = Buffer.concat([bytes, Buffer.from(request('/api/users/me'))]);
    const { counts, rows } = parse(whole);
    assert.deepEqual(counts, { parsed: 1, folded: 0, skipped: 0, refused: 1 });
    assert.equal(rows[0]?.['offset'], bytes.length);
  });
}

test('a log that is read on within an exception has nothing to say of it: its time is not known', () => {
  const { counts, rows } = parse(
    'System.InvalidOperationException: The timeout period elapsed prior to obtaining a connection from the pool.\n',
  );
  assert.deepEqual(counts, { parsed: 0, folded: 1, skipped: 0, refused: 0 });
  assert.deepEqual(rows, []);
});
