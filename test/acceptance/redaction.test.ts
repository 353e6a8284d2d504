import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startFakeElasticsearch } from '../fakes/elasticsearch.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';

const CANARY = 'Canary7Secret';
const LISTED = Array.from({ length: 1000 }, (_, at) => `Listed7Value-${at}-${(at * 7919).toString(36)}`);
const SECRETS = [
  `API-${CANARY}ABCDEFGH`,
  `Authorization: Bearer ${CANARY}.x.y`,
  `Server=sql;User Id=sa;Password=${CANARY};Encrypt=true`,
  `{"apiKey": "${CANARY}"}`,
  `https://bob:${CANARY}@example.com/x`,
  `AccountKey=${CANARY}==;EndpointSuffix=core.windows.net`,
  `https://x.blob.core.windows.net/c?sv=1&sig=${CANARY}%3D`,
  `aws_secret_access_key = ${CANARY}`,
  `ghp_${CANARY.repeat(3)}`,
  `xoxb-1234567890-${CANARY}`,
  `-----BEGIN PRIVATE KEY-----\\n${CANARY}`,
  ...LISTED,
];

/** All files below, segments unpacked where they are gzip. */
function storedText(directory: string): string {
  const files = globSync('**', { cwd: directory }).map((file) => join(directory, file));
  return files
    .filter((file) => statSync(file).isFile())
    .map((file) => unpacked(readFileSync(file)))
    .join('\n');
}

/** Bytes as text, with the content of every gzip member in them. */
function unpacked(bytes: Buffer): string {
  let text = bytes.toString('latin1');
  for (let at = bytes.indexOf('1f8b08', 0, 'hex'); at !== -1; at = bytes.indexOf('1f8b08', at + 1, 'hex')) {
    try {
      text += gunzipSync(bytes.subarray(at), { finishFlush: 2 }).toString('latin1');
    } catch {
      // Bytes that look like a member, or a member with a frame behind it, which is in the documents too.
    }
  }
  return text;
}

async function page({ url, token }: Daemon, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(5000) })).text();
}

test('no secret of a log reaches a document, a file, a page, a metric or the log', async (t) => {
  const directory = temporaryDirectory(t);
  const log = join(directory, 'OctopusServer.txt');
  mkdirSync(directory, { recursive: true });
  const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '0');
  const lines = SECRETS.flatMap((secret) => [
    `${stamp}      1     75  ERROR  It failed: ${secret}\n`,
    `${stamp}      1    111  INFO  Executing task "Deploy ${secret.replaceAll('"', '')}" "completed" after 290ms.\n`,
  ]);
  writeFileSync(log, lines.join(''));
  writeFileSync(join(directory, 'values'), LISTED.join('\n'));
  const elasticsearch = await startFakeElasticsearch();
  t.after(() => elasticsearch.close());
  elasticsearch.next({ kind: 'items', status: (index) => (index % 10 === 0 ? 400 : undefined) });
  const isOff = process.env['REDACTION_OFF'] !== undefined;
  await using daemon = await startDaemon({
    directory,
    config: {
      fleet: { instances: [{ tenant: 'acme', files: { 'octopus-server-log': [log] } }] },
      collectors: { 'octopus-server-log': { read_from: 'beginning' } },
      store: { elasticsearch: { nodes: [elasticsearch.url], time_series: false } },
      rules: { files: [] },
      redact: isOff ? { shapes: false } : { values_file: 'values' },
    },
  });
  const documents = (): unknown[] =>
    [...elasticsearch.api.documents().values()].flatMap((stream) => [...stream.values()]);
  await eventually('documents arrive', async () => documents().length >= SECRETS.length || undefined, 20_000);
  const paths = ['/', '/metrics', '/metrics?fleet=1', '/api/v1/query?query=%7B__name__%3D~%22.%2B%22%7D'];
  const pages = await Promise.all(paths.map((path) => page(daemon, path)));
  const places = {
    documents: JSON.stringify(documents()),
    files: storedText(daemon.dataDirectory),
    log: [...daemon.stdout, ...daemon.stderr].join('\n'),
    ...Object.fromEntries(paths.map((path, index) => [path, pages[index] ?? ''])),
  };
  for (const [place, text] of Object.entries(places)) {
    const found = [CANARY, ...LISTED].filter((secret) => text.includes(secret));
    assert.deepEqual(found, [], `secrets in ${place}`);
  }
  assert.match(places.documents, /\*\*\*/);
  assert.match(pages[1] ?? '', /octowatch_redactions_total\{shape="listed"\} [1-9]/);
});
