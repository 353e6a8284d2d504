import assert from 'node:assert/strict';
import { test } from 'node:test';
import { octopusServerLog } from '../../collectors/octopus-server-log/index.ts';
import { ColumnBatch } from '../model/column-batch.ts';
import { createRedactor } from '../redact/redactor.ts';

const STAMP = '2026-11-21 12:00:00.0000      1     75  ERROR  ';
const PHRASE = 'correct horse battery staple';
const redactor = createRedactor();
redactor.configure({ shapes: true, values: [PHRASE], words: [] });

/** The message of a line as it is stored. */
function messageOf(text: string): string {
  const columns = new ColumnBatch();
  const target = { tenant: 'acme', info: {}, files: {}, timeZone: 'UTC' };
  const parser = octopusServerLog.createParser(target, () => true);
  parser.parse(Buffer.from(`${STAMP}${text}\n`), 0, columns);
  redactor.columns(columns);
  const table = [...columns.tables()].find(({ dataset }) => dataset.name === 'log_event');
  return columns.symbols.text(table?.texts.get('message')?.[0] ?? 0);
}

test('a listed phrase that the limit of a message cuts is taken out wherever it is cut', () => {
  const cuts = new Set<string>();
  for (let before = 4096 - PHRASE.length - 6; before <= 4100; before++) {
    const text = `${'-'.repeat(before - 1)} ${PHRASE} and ${'more '.repeat(20)}`;
    const message = messageOf(text.replace('-'.repeat(9), 'it said: '));
    assert.doesNotMatch(message, /correct|horse|battery|staple/);
    assert.ok(Buffer.byteLength(message) <= 4096);
    cuts.add(message.replaceAll('-', ''));
  }
  assert.ok(cuts.size > 1, 'it is cut at several places');
});

for (const [name, text, expected] of [
  ['behind others', `It failed with ${'a1B2'.repeat(1250)} at last`, 'It failed with…'],
  ['that holds a secret', `It failed with ${'x'.repeat(4090)}API-ABCDEFGH`, 'It failed with…'],
  ['and nothing else', 'a1B2'.repeat(1250), '…'],
] as const) {
  test(`a word over 4 KiB ${name} is left out whole`, () => assert.equal(messageOf(text), expected));
}
