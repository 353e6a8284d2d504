import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import { runHere } from './testing/run-here.ts';

test('collect without a name lists collectors, what they need and how much of it there is', async () => {
  const workingDirectory = temporaryDirectory();
  const here = { registry, connect, workingDirectory };
  const bare = await runHere(here, ['collect']);
  assert.equal(bare.code, 0);
  assert.match(bare.stdout, /^COLLECTOR +EVERY +NEEDS +THERE +YIELDS\n/);
  assert.match(bare.stdout, /^octopus-api\/ping +15s +fleet\.instances with a url +0 +ping$/m);
  assert.match(bare.stdout, /^octopus-web-log +files +a file: --file PATH +– +web_request$/m);

  const targets = '[{ name: a, url: "http://127.0.0.1:9" }, { name: b, url: "http://127.0.0.1:9" }]';
  writeFileSync(
    join(workingDirectory, 'octowatch.yml'),
    `collectors: { prometheus: { targets: ${targets} } }\n`,
  );
  const { stdout } = await runHere(here, ['collect', '-o', 'json']);
  const listed = stdout.split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(
    listed.find(({ collector }) => collector === 'prometheus/scrape'),
    {
      collector: 'prometheus/scrape',
      every: '15s',
      needs: 'collectors.prometheus.targets',
      there: 2,
      yields: ['prometheus_sample', 'prometheus_scrape'],
    },
  );
});
