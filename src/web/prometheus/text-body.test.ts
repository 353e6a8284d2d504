import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textBody } from './text-body.ts';

/** So many pieces of 10 KB, and a note of how many were made and whether they ended. */
function counted(count: number): { pieces: Generator<string>; seen: { made: number; ended: boolean } } {
  const seen = { made: 0, ended: false };
  function* each(): Generator<string> {
    try {
      for (let i = 0; i < count; i++) {
        seen.made++;
        yield String(i % 10).repeat(10_000);
      }
    } finally {
      seen.ended = true;
    }
  }
  return { pieces: each(), seen };
}

test('what is short is a text', () => {
  assert.equal(textBody(counted(2).pieces), '0'.repeat(10_000) + '1'.repeat(10_000));
  assert.equal(textBody(counted(0).pieces), '');
});

for (const count of [7, 14, 100]) {
  test(`${count} pieces arrive whole`, async () => {
    const text = await new Response(textBody(counted(count).pieces)).text();
    assert.equal(text, [...counted(count).pieces].join(''));
  });
}

test('pieces are made as they are read, and end when nobody reads on', async () => {
  const { pieces, seen } = counted(1000);
  const body = textBody(pieces);
  assert.ok(body instanceof ReadableStream);
  const reader = body.getReader();
  await reader.read();
  assert.ok(seen.made < 20, `${seen.made} made`);
  await reader.cancel();
  assert.deepEqual(seen.ended, true);
});

test('pieces that fail break off the body', async () => {
  function* failing(): Generator<string> {
    yield 'x'.repeat(100_000);
    throw new Error('late');
  }
  await assert.rejects(new Response(textBody(failing())).text(), /late/);
});
