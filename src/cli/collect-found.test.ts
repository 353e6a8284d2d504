import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import { runHere, type Result } from './testing/run-here.ts';

const CONFIG = `fleet:
  instances: [{ tenant: gone, url: "http://127.0.0.1:9", api_key: API-S3CRET }]
  discovery:
    - { name: list, file: { path: list.yml }, instance: { api_key: API-S3CRET } }
    - { name: away, file: { path: none.yml } }
`;
const LIST = `- { tenant: found, url: "http://127.0.0.1:9" }
- { tenant: sleeper, url: "http://127.0.0.1:9", asleep: true }
- { tenant: gone }
`;

/** Runs a command line where a part of the fleet is found in a file. */
function run(t: TestContext, ...args: string[]): Promise<Result> {
  const workingDirectory = temporaryDirectory();
  writeFileSync(join(workingDirectory, 'octowatch.yml'), CONFIG);
  writeFileSync(join(workingDirectory, 'list.yml'), LIST);
  return runHere({ registry, connect, workingDirectory }, args);
}

test('check names where instances are looked for', async (t) => {
  const { stdout } = await run(t, 'check', 'config');
  assert.match(
    stdout,
    /^configuration: 1 instances, more by discovery list \(file\), away \(file\), 0 receivers, ok$/,
  );
});

test('collect asks the instances that are found too, and says which place gave none', async (t) => {
  const { code, stdout, stderr } = await run(t, 'collect', 'octopus-api/ping', '--once', '-o', 'table');
  assert.equal(code, 1);
  assert.deepEqual(
    stdout.split('\n').filter((line) => line.includes('octopus-api/ping')),
    ['gone octopus-api/ping: 1 point', 'found octopus-api/ping: 1 point'],
    'who sleeps is not woken',
  );
  assert.match(stderr, /^away: ENOENT[^\n]*\nlist: gone is of static, which comes before$/);
});

test('collect wakes one that sleeps when it is named', async (t) => {
  const { stdout } = await run(
    t,
    'collect',
    'octopus-api/ping',
    '--once',
    '--tenant',
    'sleeper',
    '-o',
    'table',
  );
  assert.match(stdout, /^sleeper octopus-api\/ping: 1 point/);
});
