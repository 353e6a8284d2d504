import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { parseFleetFile } from '../config/fleet-file.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { systemDisk } from '../system/system-disk.ts';
import type { Discoverer, FoundList } from './discoverer.ts';
import { createFileDiscoverer } from './file-discoverer.ts';
import type { InstanceTemplate } from './found-instance.ts';

interface Scene {
  readonly directory: string;
  readonly path: string;
  readonly discoverer: Discoverer;
  /** The list, time going on while the file is read; `after` each 100 ms. */
  list(after?: (round: number) => void): Promise<FoundList>;
}

function scene(t: TestContext, template: Pick<InstanceTemplate, 'apiKey' | 'apiKeyFile'> = {}): Scene {
  const directory = temporaryDirectory();
  const path = join(directory, 'fleet.yml');
  const clock = new VirtualClock();
  const discoverer = createFileDiscoverer({
    name: 'list',
    settings: '',
    intervalMs: 60_000,
    timeoutMs: 10_000,
    path,
    template,
    clock,
    disk: systemDisk,
    readText: (name) => readFile(name, 'utf8'),
    parse: parseFleetFile,
  });

  async function list(after: (round: number) => void = () => {}): Promise<FoundList> {
    const done = new AbortController();
    const listing = discoverer.list(t.signal).finally(() => done.abort());
    listing.catch(() => undefined);
    for (let round = 0; !done.signal.aborted; round++) {
      await clock.advance(100);
      after(round);
    }
    return listing;
  }

  return { directory, path, discoverer, list };
}

test('instances of a file, with their own key, that of all, or one file for each', async (t) => {
  const { path, directory, list } = scene(t, { apiKeyFile: '/keys/{tenant}' });
  writeFileSync(
    path,
    '- { tenant: a, url: "http://a", api_key: K }\n- { tenant: b, url: "http://b", api_key_file: b.key, asleep: true }\n- { tenant: c }',
  );
  const { instances } = await list();
  assert.deepEqual(
    instances.map(({ tenant, apiKey, apiKeyFile, asleep }) => [tenant, apiKey, apiKeyFile, asleep]),
    [
      ['a', 'K', undefined, false],
      ['b', undefined, join(directory, 'b.key'), true],
      ['c', undefined, '/keys/c', false],
    ],
  );
});

test('a file that is being written is read when it rests', async (t) => {
  const { path, list } = scene(t);
  writeFileSync(path, '- tenant: a');
  await list();
  writeFileSync(path, '- tenant: b');
  const { instances } = await list((round) => {
    if (round % 4 > 0 || round > 12) return;
    writeFileSync(`${path}.new`, `- tenant: t${round}`);
    renameSync(`${path}.new`, path);
  });
  assert.deepEqual(
    instances.map(({ tenant }) => tenant),
    ['t12'],
  );
});

test('a bad file is a failure with its place, a missing one says so', async (t) => {
  const { path, list } = scene(t);
  await assert.rejects(list(), /ENOENT/);
  writeFileSync(path, '- tenant: a\n  url: htp//a\n');
  await assert.rejects(list(), { reason: 'invalid', message: /fleet\.yml:2:3: not an http or https URL/ });
});

test('a change is told of, also where the file is a link that is put to another target', async (t) => {
  const { directory, path, discoverer, list } = scene(t);
  const put = (folder: string, tenant: string): void => {
    mkdirSync(join(directory, folder));
    writeFileSync(join(directory, folder, 'fleet.yml'), `- tenant: ${tenant}`);
    symlinkSync(folder, join(directory, 'next'));
    renameSync(join(directory, 'next'), join(directory, '..data'));
  };
  put('v1', 'a');
  symlinkSync(join('..data', 'fleet.yml'), path);
  assert.deepEqual(
    (await list()).instances.map(({ tenant }) => tenant),
    ['a'],
  );
  const changed = Promise.withResolvers<void>();
  const stop = discoverer.watch?.(() => changed.resolve());
  t.after(() => stop?.());
  put('v2', 'b');
  await changed.promise;
  assert.deepEqual(
    (await list()).instances.map(({ tenant }) => tenant),
    ['b'],
  );
});
