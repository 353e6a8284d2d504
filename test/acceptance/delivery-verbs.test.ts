import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakeElasticsearch } from '../fakes/elasticsearch.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { octowatch } from './command-line.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';

const SOURCE = 'octopus-server-log:acme';

interface Row {
  readonly source: string;
  readonly read: number;
  readonly delivered: number;
  readonly deadLettered: number;
  readonly refused: number;
}

function request(n: number): string {
  const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '0');
  return `${stamp}      1     75  INFO  "HTTP" "GET" to "acme:8080""/api/x-${n}" "completed" with 200 in 00:00:00.0224869 (22ms) by "me"\n`;
}

test('an edge keeps a ledger that adds up; dead letters are shown and sent again', async (t) => {
  const directory = temporaryDirectory();
  const log = join(directory, 'OctopusServer.txt');
  writeFileSync(log, '');
  const store = await startFakeElasticsearch();
  t.after(() => store.close());
  await using daemon = await startDaemon({
    directory,
    waitFor: 'up',
    config: {
      role: 'edge',
      namespace: 'test',
      collectors: { 'octopus-server-log': { read_from: 'beginning' } },
      fleet: { instances: [{ tenant: 'acme', files: { 'octopus-server-log': [log] } }] },
      store: { elasticsearch: { nodes: [store.url] } },
    },
  });
  const run = (...args: string[]): ReturnType<typeof octowatch> =>
    octowatch([...args, '--config', daemon.configFile, '--url', daemon.url], { directory });

  store.next({ kind: 'items', status: (index) => (index < 2 ? 400 : undefined) });
  appendFileSync(log, Array.from({ length: 10 }, (_, n) => request(n)).join('') + '2026-99-99 no stamp\n');
  const first = await rowOf(daemon, ({ read, refused }) => read === 11 && refused === 1);
  assert.deepEqual(first, { source: SOURCE, read: 11, delivered: 8, deadLettered: 2, refused: 1 });

  const ledger = await run('ledger');
  assert.equal(ledger.code, 0, ledger.stderr);
  assert.match(
    ledger.stdout,
    /^SOURCE +READ +DELIVERED +DEAD-LETTERED +REFUSED +DROPPED +PENDING +MISSING$/m,
  );
  assert.match(ledger.stdout, /^octopus-server-log:acme +11 +8 +2 +1 +0 +0 +0$/m);
  assert.match((await run('spool', 'ls')).stdout, /^SEGMENT +BYTES/);

  const dead = await run('spool', 'dead', '--output', 'json');
  const letters = JSON.parse(dead.stdout) as { id: string; stream: string; reason: string }[];
  assert.deepEqual(
    letters.map(({ stream }) => stream),
    ['logs-octopus.web_request-test', 'logs-octopus.web_request-test'],
  );

  const none = await run('spool', 'replay');
  assert.equal(none.code, 1);
  assert.match(none.stderr, /say which/);
  const replay = await run('spool', 'replay', letters[0]?.id ?? '');
  assert.equal(replay.stdout, '1 document is sent again');
  await eventually(
    'the document is there',
    () => store.api.documents().get('logs-octopus.web_request-test')?.size === 9,
  );
  assert.equal((await run('spool', 'replay', '--reason', 'scripted')).stdout, '1 document is sent again');
  await eventually(
    'all documents are there',
    () => store.api.documents().get('logs-octopus.web_request-test')?.size === 10,
  );
  assert.match((await run('spool', 'dead')).stdout, /no dead letters/);
  assert.equal((await run('ledger')).code, 0);
});

test('an edge serves probes and metrics, and neither pages nor queries', async () => {
  const directory = temporaryDirectory();
  await using daemon = await startDaemon({ directory, waitFor: 'up', config: { role: 'edge' } });
  const status = async (path: string): Promise<number> => (await fetch(daemon.url + path)).status;
  assert.deepEqual(
    await Promise.all(
      ['/-/healthy', '/-/ready', '/metrics', '/metrics?fleet=1', '/', '/api/v1/query'].map(status),
    ),
    [200, 200, 200, 200, 404, 404],
  );
  const { code } = await daemon.stop();
  assert.equal(code, 0);
});

async function rowOf({ url }: Daemon, is: (row: Row) => boolean): Promise<Row> {
  const found = await eventually('the ledger has the lines', async () => {
    const rows = (await (await fetch(`${url}/internal/ledger`)).json()) as Row[];
    const row = rows.find(({ source }) => source === SOURCE);
    return row !== undefined && is(row) && row.delivered + row.deadLettered === row.read - row.refused && row;
  });
  const { source, read, delivered, deadLettered, refused } = found;
  return { source, read, delivered, deadLettered, refused };
}
