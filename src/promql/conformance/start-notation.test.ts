import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStartNotation } from './start-notation.ts';

test('reads where the counters of samples began', () => {
  const offsets = (text: string): unknown => parseStartNotation(`m{a="b"}@st ${text}`)?.offsets;
  assert.deepEqual(offsets('-1m _ 1ms 0'), [-60_000, 'missing', 1, 0]);
  assert.deepEqual(offsets('_x2 -30sx1'), ['missing', 'missing', -30_000, -30_000]);
  assert.deepEqual(offsets('-30s-1mx2 -1ms+1sx1'), [-30_000, -90_000, -150_000, -1, 999]);
  assert.throws(() => offsets('soon'), /not a start timestamp: soon/);
  assert.equal(parseStartNotation('m{a="b"} 1 2'), undefined);
});
