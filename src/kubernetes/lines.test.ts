import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Failure } from '../model/failure.ts';
import { linesOf } from './lines.ts';
import { parseWatchEvent } from './watch-event.ts';

const call = { cluster: 'prod-1', what: 'watch pods' };

async function read(chunks: readonly Uint8Array[]): Promise<string[]> {
  async function* stream(): AsyncIterable<Uint8Array> {
    yield* chunks;
  }
  return Array.fromAsync(linesOf(stream()));
}

test('lines are the same however their bytes are cut, empty ones and an unfinished last one left out', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' })),
      fc.integer({ min: 1, max: 7 }),
      async (texts, size) => {
        const whole = texts.map((text) => text.replaceAll('\n', ' '));
        const bytes = Buffer.from(`${whole.map((text) => `${text}\n`).join('')}unfinished`);
        const count = Math.ceil(bytes.length / size);
        const chunks = Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
        const expected = whole.filter((text) => text.trim() !== '');
        assert.deepEqual(await read(chunks), expected);
      },
    ),
  );
});

test('a line without an end is refused before it fills the memory', async () => {
  const chunk = new Uint8Array(1024 * 1024).fill(97);
  await assert.rejects(read(Array.from({ length: 20 }, () => chunk)), /a line of a watch is over/);
});

test('a line is an event or a failure, whatever it holds', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object().map((object) => JSON.stringify(object)),
  );
  fc.assert(
    fc.property(anything, (line) => {
      try {
        const { version } = parseWatchEvent(call, line);
        return version !== '';
      } catch (error) {
        return error instanceof Failure;
      }
    }),
  );
});

test('an ERROR event is the failure of its status', () => {
  const line = JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old' } });
  assert.throws(() => parseWatchEvent(call, line), {
    message: 'prod-1: watch pods: too old',
    reason: 'rejected',
  });
});
