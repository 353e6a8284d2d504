import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../model/json.ts';
import { joinFrames } from './join-frames.ts';
import type { SpoolFrame } from './spool-frame.ts';

const KIB = 1024;

function frame(source: string, rawLength: number, more = true, since?: JsonValue): SpoolFrame {
  const body = new Uint8Array(0);
  return { source, documents: 1, rawLength, body, more, ...(since === undefined ? {} : { since }) };
}

/** The sources of frames that travel together. */
async function grouped(frames: readonly SpoolFrame[]): Promise<string[]> {
  const groups: string[] = [];
  for await (const group of joinFrames(inTurn(frames)))
    groups.push(group.map(({ source }) => source).join(''));
  return groups;
}

async function* inTurn(frames: readonly SpoolFrame[]): AsyncIterable<SpoolFrame> {
  await Promise.resolve();
  yield* frames;
}

test('small frames travel together while more are there to read', async () => {
  assert.deepEqual(await grouped([frame('a', KIB), frame('b', KIB), frame('c', KIB, false)]), ['abc']);
  assert.deepEqual(await grouped([frame('a', KIB, false), frame('b', KIB, false)]), ['a', 'b']);
});

test('frames of 256 KiB and more travel alone, in their order', async () => {
  const frames = [frame('a', KIB), frame('B', 256 * KIB), frame('c', KIB), frame('d', KIB, false)];
  assert.deepEqual(await grouped(frames), ['a', 'B', 'cd']);
});

test('a group ends with 1 MiB, and with 1,000 frames', async () => {
  const frames = Array.from({ length: 10 }, (_, at) => frame(String(at), 200 * KIB, at < 9));
  assert.deepEqual(await grouped(frames), ['012345', '6789']);
  const many = Array.from({ length: 1500 }, (_, at) => frame('x', 10, at < 1499));
  assert.deepEqual(
    (await grouped(many)).map(({ length }) => length),
    [1000, 500],
  );
});

test('frames that may have been sent before travel with their like only', async () => {
  const frames = [
    frame('a', KIB, true, { s: '1' }),
    frame('b', KIB, true, { s: '1' }),
    frame('c', KIB, true, { s: '2' }),
    frame('d', KIB, true),
    frame('e', KIB, false),
  ];
  assert.deepEqual(await grouped(frames), ['ab', 'c', 'de']);
});
