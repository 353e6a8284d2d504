import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { systemDisk } from '../system/system-disk.ts';
import { createSavedLists } from './saved-lists.ts';

test('lists are kept by name, replaced and removed', async () => {
  const directory = join(temporaryDirectory(), 'fleet');
  const lists = createSavedLists(systemDisk, directory);
  await lists.keepOnly([]);
  assert.equal(await lists.read('eu'), undefined);
  await lists.write('eu', 'one');
  await lists.write('eu', 'two');
  await lists.write('us', 'three');
  assert.equal(await createSavedLists(systemDisk, directory).read('eu'), 'two');
  await lists.keepOnly(['eu']);
  assert.deepEqual(readdirSync(directory), ['eu.json']);
  await lists.remove('eu');
  assert.equal(await lists.read('eu'), undefined);
});
