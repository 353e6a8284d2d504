import assert from 'node:assert/strict';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { readText } from './read-text.ts';

test('reads what a link leads to; what is no small regular file is refused', async () => {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('key'), 'API-ÄÖ\n');
  symlinkSync('key', at('link'));
  assert.equal(await readText(at('link')), 'API-ÄÖ\n');
  await assert.rejects(readText(at('none')), { reason: 'not_found' });
  await assert.rejects(readText(directory), { reason: 'disk' });
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 17 * 1024 * 1024);
  await assert.rejects(readText(at('large')), { reason: 'too_large' });
});
