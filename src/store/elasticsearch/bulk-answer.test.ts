import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBulkAnswer } from './bulk-answer.ts';

const created = (count: number): string => Array(count).fill('{"create":{"status":201}}').join(',');
const text = (items: string): string => `{"errors":false,"items":[${items}]}`;

test('a text in which all went well is taken for the number of documents it speaks of, and no other', () => {
  for (const count of [1, 2, 5000]) {
    const all = { delivered: count, retry: [], late: [], rejected: [] };
    assert.deepEqual(readBulkAnswer(text(created(count)), count), all);
    for (const other of [count - 1, count + 1]) {
      assert.throws(() => readBulkAnswer(text(created(count)), other), {
        reason: 'malformed',
        retryable: true,
      });
    }
  }
});

test('a text in another form is parsed; one that was cut is no answer', () => {
  const spaced = '{"errors":false, "items":[ {"create":{"status":200}}, {"create":{"status":201}} ]}';
  assert.equal(readBulkAnswer(spaced, 2).delivered, 2);
  assert.throws(() => readBulkAnswer(text(created(4)).slice(0, -8), 4), {
    reason: 'malformed',
    retryable: true,
  });
});

test('a text as long as one of all successes that holds something else is not taken for it', () => {
  const refused = text(`${created(2)},{"create":{"status":429}}`);
  assert.deepEqual(readBulkAnswer(refused, 3), { delivered: 2, retry: [2], late: [], rejected: [] });
});
