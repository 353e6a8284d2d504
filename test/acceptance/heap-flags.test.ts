import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { flagsOf, heapFlags } from '../../bin/heap-flags.mjs';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';

const FEW = 'fleet:\n  instances:\n    - { tenant: acme }\n';
const MANY = FEW + Array.from({ length: 60 }, (_, i) => `    - tenant: t${i}\n`).join('');

const cases: readonly [text: string, role: string][] = [
  [FEW, 'standalone'],
  [`role: edge\n${FEW}`, 'edge'],
  [`role: edge\n${MANY}`, 'judge'],
  [`role: edge\nfleet:\n  discovery:\n    - name: all\n`, 'judge'],
];

test('an edge that polls many instances is not kept as small as a sidecar', () => {
  const file = join(temporaryDirectory(), 'octowatch.yml');
  for (const [text, role] of cases) {
    writeFileSync(file, text);
    assert.deepEqual(flagsOf(['run', '--config', file]), heapFlags(role), text);
  }
  assert.deepEqual(flagsOf(['check', '--config', file]), []);
  assert.deepEqual(flagsOf(['run', '--config', `${file}.none`]), []);
});
