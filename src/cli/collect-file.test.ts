import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import { runHere, type Result } from './testing/run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-collect-file-'));
after(() => rmSync(folder, { recursive: true }));

const REQUEST =
  '2026-11-20 03:12:09.4410      1     75  INFO  "HTTP" "GET" to "h""/api/users/me" "completed" with 200 in 00:00:00.0224869 (22ms) by "build bot"\n';
const WARNING =
  '2026-11-20 03:12:10.0000      1     75  WARN  Server=sql-7;Password=not-a-real-one;x=\u001b[2J\n';
const HALF = '2026-11-20 03:12:11.0000      1     75  INFO  "HTTP" "GET" to Password=not-a-real-one;\n';

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

function collect(name: string, path: string, ...options: readonly string[]): Promise<Result> {
  const here = { registry, connect, workingDirectory: folder };
  return runHere(here, ['collect', name, '--once', '--file', path, ...options]);
}

test('a file is read without a configuration; its rows and the number of its lines are shown', async () => {
  const { code, stdout, stderr } = await collect('octopus-server-log', file('a.txt', REQUEST + WARNING));
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(stdout.split('\n'), [
    '2026-11-20T03:12:09.441Z web_request tenant=unknown method=GET route=/api/users/me status=200 path=/api/users/me user="build bot" host=h offset=0 duration_seconds=0.0224869',
    String.raw`2026-11-20T03:12:10.000Z log_event tenant=unknown level=WARN kind=other message="Server=sql-7;Password=***;x=\u001b[2J" offset=${REQUEST.length}`,
    '2 lines: 2 parsed, 0 folded, 0 skipped, 0 refused; 2 rows',
  ]);
});

test('what was refused is told by its line, without secrets, and is a failure; JSON has stdout alone', async () => {
  const path = file('b.txt', HALF + REQUEST + HALF.repeat(11) + REQUEST.slice(0, 40));
  const { code, stdout, stderr } = await collect('octopus-server-log', path, '-o', 'json');
  assert.equal(code, 1);
  const { '@timestamp': time, dataset, offset } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual([time, dataset, offset], ['2026-11-20T03:12:09.441Z', 'web_request', HALF.length]);
  const lines = stderr.split('\n');
  assert.match(lines[0] ?? '', /^line 1 is refused: "2026-11-20 .*Password=\*\*\*/);
  assert.match(lines[1] ?? '', /^line 3 is refused: /);
  assert.deepEqual(lines.slice(10), [
    '… and 2 more',
    'line 14 has no end: the agent waits for it',
    '13 lines: 1 parsed, 0 folded, 0 skipped, 12 refused; 1 rows',
  ]);
});

test('stamps are of the zone of the tenant that is named', async () => {
  const instances = '[{ tenant: acme, time_zone: Europe/Berlin }]';
  const config = file('berlin.yml', `fleet: { instances: ${instances} }\nredact: { values: [jane.doe] }\n`);
  const path = file('c.txt', REQUEST.replace('build bot', 'jane.doe'));
  const { stdout } = await collect('octopus-server-log', path, '-c', config, '--tenant', 'acme');
  assert.match(stdout, /^2026-11-20T02:12:09\.441Z web_request tenant=acme .* user=\*\*\* /);
});

test('the settings of a collector hold', async () => {
  const config = file('pairs.yml', 'collectors: { legacy-metrics: { format: pairs } }\n');
  const path = file('d.txt', 'time=2019-06-03T08:15:33Z taskid=ServerTasks-1 name=Health status=failed\n');
  const { stdout } = await collect('legacy-metrics', path, '-c', config);
  assert.match(stdout, / task id=\S+ tenant=unknown name=Health state=Failed /);
});

test('a compressed file, a link to one and one that begins with a mark are read as what is in them', async () => {
  const compressed = file('e.txt.zst', zstdCompressSync(Buffer.from(REQUEST)));
  symlinkSync(join(folder, compressed), join(folder, 'link.zst'));
  for (const path of [compressed, 'link.zst', file('mark.txt', `\uFEFF${REQUEST}`)]) {
    const { code, stdout } = await collect('octopus-server-log', path);
    assert.equal(code, 0, path);
    assert.match(stdout, /\n1 lines: 1 parsed, /);
  }
});

test('of a corrupt file what can be decompressed is read, and the rest is told', async () => {
  const whole = zstdCompressSync(Buffer.from(REQUEST));
  const { code, stdout, stderr } = await collect(
    'octopus-server-log',
    file('corrupt.zst', Buffer.concat([whole, Buffer.from('no frame at all')])),
  );
  assert.equal(code, 1);
  assert.match(stdout, /web_request/);
  assert.match(stderr, /corrupt\.zst: 15 bytes cannot be decompressed/);
});

test('a line that is too long is refused, and the next is read', async () => {
  const path = file('long.txt', `${'x'.repeat(3_000_000)}\n${REQUEST}`);
  const { code, stdout, stderr } = await collect('octopus-server-log', path);
  assert.equal(code, 1);
  assert.equal(stderr, 'line 1 is refused: longer than 1 MiB');
  assert.match(stdout, /\n2 lines: 1 parsed, 0 folded, 0 skipped, 1 refused; 1 rows$/);
});

mkdirSync(join(folder, 'directory'));
const FAILING: readonly (readonly [name: string, path: string, options: readonly string[], line: RegExp])[] =
  [
    ['octopus-server-log', 'none.txt', [], /none\.txt/],
    ['octopus-server-log', 'directory', [], /directory/],
    ['octopus-server-log', file('wide.txt', Buffer.from('\uFEFFwide', 'utf16le')), [], /wide\.txt is UTF-16/],
    [
      'octopus-api',
      'a.txt',
      [],
      /^no collector of files is called octopus-api; there are octopus-server-log, /,
    ],
    ['octopus-server-log', 'a.txt', ['--tenant', 'x'], /^no tenant x in fleet\.instances$/],
    ['octopus-server-log', 'a.txt', ['-c', 'none.yml'], /^none\.yml is not there/],
  ];
for (const [name, path, options, line] of FAILING) {
  test(`a failure is one line: collect ${name} --file ${path} ${options.join(' ')}`, async () => {
    const { code, stdout, stderr } = await collect(name, path, ...options);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, line);
    assert.doesNotMatch(stderr, /\n/);
  });
}
