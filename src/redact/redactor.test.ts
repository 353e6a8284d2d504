import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ColumnBatch } from '../model/column-batch.ts';
import { defineDataset } from '../model/dataset.ts';
import { createRedactor } from './redactor.ts';

const SECRET = 'Zq8'.repeat(12);
const LISTED = Array.from({ length: 1000 }, (_, at) => `listed-value-${at}-${(at * 7919).toString(36)}x`);
const redactor = createRedactor();
redactor.configure({ shapes: true, values: LISTED });

const HIDDEN = [
  `API-${SECRET.toUpperCase()}`,
  `Authorization: Bearer ${SECRET}`,
  `Authorization: ${SECRET}`,
  `{"Authorization":"Basic ${SECRET}"}`,
  `jwt eyJhbGciOiJ${SECRET}.eyJz${SECRET}.${SECRET}`,
  `Server=sql;User Id=sa;Password=${SECRET};Encrypt=true`,
  `Server=sql;pwd = ${SECRET};`,
  `Password="two words ${SECRET}";x`,
  `{"password": "with \\" quote ${SECRET}"}`,
  `{\\"ApiKey\\": \\"${SECRET}\\"}`,
  `GET /x?token=${SECRET}&a=1`,
  `api_key: ${SECRET}`,
  `https://user:${SECRET}@example.com/x`,
  `AccountName=x;AccountKey=${SECRET}==;EndpointSuffix=y`,
  `SharedAccessKey=${SECRET}=`,
  `https://x.blob.core.windows.net/c?sv=1&sig=${SECRET}%3D&se=2`,
  `aws_secret_access_key = ${SECRET}`,
  `routing_key: ${SECRET}`,
  `ghp_${SECRET}`,
  `github_pat_${SECRET}`,
  `xoxb-${SECRET}`,
  `https://hooks.slack.com/services/T0/B0/${SECRET}`,
  `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----`,
  `-----BEGIN PRIVATE KEY-----\\n${SECRET}\\n`,
];

for (const text of HIDDEN) {
  test(`hides: ${text.slice(0, 40).replaceAll('\n', ' ')}`, () => {
    const result = redactor.text(text);
    assert.doesNotMatch(result, /Zq8|ZQ8/);
    assert.equal(redactor.text(result), result);
  });
}

for (const [text, expected] of [
  ['key API-ABCDEFGHIJKLMNOP in use', 'key API-*** in use'],
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer ***'],
  ['Server=a;Password=hunter2;Timeout=1', 'Server=a;Password=***;Timeout=1'],
  ['Server=a;Pwd="hun;ter2";Timeout=1', 'Server=a;Pwd="***";Timeout=1'],
  ['{"apiKey":"hunter2"}', '{"apiKey":"***"}'],
  ['https://bob:hunter2@example.com/x', 'https://bob:***@example.com/x'],
] as const) {
  test(`redacts ${text}`, () => assert.equal(redactor.text(text), expected));
}

test('hides an AWS access key id', () => {
  assert.equal(redactor.text(`id AKIA${'A1'.repeat(8)}.`), 'id ***.');
});

for (const text of [
  'ServerTasks-1234',
  'ApiKeys-123',
  '/api/Spaces-1/tasks?skip=0&take=30',
  'bb3a1c9e-8a53-4f0e-9a9c-0a4e8a1e0c11',
  'basic authentication failed',
  'https://octopus.example.com:8080/app#/Spaces-1',
  'Deploy web to asia-east1 failed: the password expired',
]) {
  test(`leaves: ${text}`, () => assert.equal(redactor.text(text), text));
}

test('hides listed values, also as JSON and URLs write them, and where they overlap', () => {
  const own = createRedactor();
  own.configure({ shapes: false, values: ['se"cret/1', 'abcdef', 'defghi'] });
  assert.equal(own.text('<se"cret/1> se\\"cret/1 se%22cret%2F1 xabcdefghix'), '<***> *** *** x***x');
  for (const value of LISTED) assert.equal(redactor.text(`a ${value}.`), 'a ***.');
});

const event = defineDataset({
  kind: 'event',
  name: 'e',
  help: 'An event.',
  dimensions: {},
  fields: { message: { type: 'text', help: 'Text.' } },
  derives: {},
});

test('bytes and text agree, redacting twice is redacting once, and ids stay', () => {
  const piece = fc.oneof(fc.constantFrom(...HIDDEN, ...LISTED.slice(0, 9)), fc.string({ unit: 'binary' }));
  const texts = fc.array(fc.array(piece, { minLength: 1 }).map((pieces) => pieces.join(' ').toWellFormed()));
  fc.assert(
    fc.property(texts, (messages) => {
      const columns = new ColumnBatch();
      for (const message of messages)
        columns.add(
          { dataset: event, time: 1, id: 'API-ABCDEF', dimensions: {}, values: { message } },
          'acme',
        );
      redactor.columns(columns);
      const table = columns.table(event);
      messages.forEach((message, row) => {
        const symbol = table.texts.get('message')?.[row] ?? 0;
        const expected = redactor.text(message);
        assert.equal(columns.symbols.text(symbol), expected);
        assert.equal(
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(columns.symbols.bytes(symbol)),
          expected,
        );
        assert.equal(redactor.text(expected), expected);
        assert.equal(columns.symbols.text(table.ids[row] ?? 0), 'API-ABCDEF');
      });
    }),
  );
});

test('a replaced symbol is not found by its old text', () => {
  const { symbols } = new ColumnBatch();
  const old = symbols.intern('API-ABCDEF');
  symbols.replace(old, 'API-***');
  assert.equal(symbols.text(symbols.intern('API-ABCDEF')), 'API-ABCDEF');
  assert.equal(symbols.text(old), 'API-***');
});
