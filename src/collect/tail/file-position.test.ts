import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_CHECKPOINTS } from './checkpoints.ts';
import { NO_ENDING } from './ending.ts';
import { laterPosition, parsePosition, parseRoster, type FilePosition } from './file-position.ts';

const position: FilePosition = {
  identity: 'a',
  device: 1,
  inode: 2,
  bornMs: 17.5,
  generation: 0,
  fingerprint: { length: 512, hash: 'h' },
  offset: 700,
  ending: { length: 128, crc: 9 },
  skipping: false,
  checkpoints: { lines: 'AQAAAA==', powers: 'AgAAAA==' },
  lastTime: 1_700_000_000_000,
  path: '/logs/a.txt',
};

test('a position is read back as it was written; one of an older version knows less', () => {
  assert.deepEqual(parsePosition(JSON.parse(JSON.stringify(position))), position);
  const {
    ending: _ending,
    checkpoints: _checkpoints,
    bornMs: _bornMs,
    lastTime: _lastTime,
    ...older
  } = position;
  const absent = { ending: NO_ENDING, checkpoints: NO_CHECKPOINTS, bornMs: 0, lastTime: 0 };
  assert.deepEqual(parsePosition(older), { ...position, ...absent });
  assert.deepEqual(parseRoster({ files: [position, 7], retired: 'x' }), { files: [position], retired: [] });
  for (const wrong of [null, 1, [], {}, { ...position, offset: -1 }, { ...position, fingerprint: 1 }])
    assert.equal(parsePosition(wrong), undefined);
});

test('a position on a system that numbers devices and files with 64 bits is read back', () => {
  const wide = { ...position, device: 2 ** 63, inode: 2 ** 60 };
  assert.deepEqual(parsePosition(JSON.parse(JSON.stringify(wide))), wide);
});

test('where both are at one offset the roster knows the inode', () => {
  const moved = { ...position, inode: 3 };
  assert.equal(laterPosition(moved, position).inode, 3);
  assert.equal(laterPosition(position, { ...moved, offset: 800 }).inode, 3);
  assert.equal(laterPosition(moved, { ...position, identity: 'b', offset: 800 }), moved);
});
