import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ColumnBatch } from '../model/column-batch.ts';
import { defineDataset } from '../model/dataset.ts';
import { eventId } from '../model/event-id.ts';
import { redactLine } from './redact-line.ts';
import { createRedactor } from './redactor.ts';
import { SHAPES } from './shapes.ts';

const SECRET = 'Zq8'.repeat(12);
const LISTED = Array.from({ length: 1000 }, (_, at) => `listed-value-${at}-${(at * 7919).toString(36)}x`);
const redactor = createRedactor();
redactor.configure({ shapes: true, values: LISTED, words: [] });

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
  ['Driver=x;PWD={hun;ter 2};y', 'Driver=x;PWD=***;y'],
  ['{"password":nullable}', '{"password":***'],
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
  '{"ProxyPassword": null, "HasPassword":true}',
  '"UsernamePassword": {',
  '"Password":{"HasValue":true},"Tokens":[1]',
  'Tokens 5, token bucket, Secrets: none, api keys, Key=1',
  'CancellationToken requested; the tokens are gone',
]) {
  test(`leaves: ${text}`, () => assert.equal(redactor.text(text), text));
}

test('hides listed values, also as JSON and URLs write them, and where they overlap', () => {
  const own = createRedactor();
  own.configure({ shapes: false, values: ['se"cret/1', 'abcdef', 'defghi'], words: [] });
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

test('bytes and text agree, and redacting twice is redacting once', () => {
  const piece = fc.oneof(fc.constantFrom(...HIDDEN, ...LISTED.slice(0, 9)), fc.string({ unit: 'binary' }));
  const texts = fc.array(fc.array(piece, { minLength: 1 }).map((pieces) => pieces.join(' ').toWellFormed()));
  fc.assert(
    fc.property(texts, (messages) => {
      const columns = new ColumnBatch();
      for (const message of messages)
        columns.add({ dataset: event, time: 1, dimensions: {}, values: { message } }, 'acme');
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
      });
    }),
  );
});

test('an id that is also a text is redacted as a text, and stays an id of its own', () => {
  const ids = ['API-ABCDEF', 'API-GHIJKL', 'API-ABCDEF', eventId('acme', 'ServerTasks-1', 'Success')];
  const columns = new ColumnBatch();
  for (const id of ids)
    columns.add({ dataset: event, time: 1, id, dimensions: {}, values: { message: id } }, 'acme');
  redactor.columns(columns);
  const table = columns.table(event);
  const shown = ids.map((_, row) => columns.symbols.text(table.ids[row] ?? 0));
  const texts = ids.map((_, row) => columns.symbols.text(table.texts.get('message')?.[row] ?? 0));
  const [first, second, , hash] = ids.map((id) => eventId(id));
  assert.deepEqual(shown, [first, second, first, ids[3]]);
  assert.notEqual(hash, ids[3]);
  assert.deepEqual(texts, ['API-***', 'API-***', 'API-***', ids[3]]);
});

const CUT = createRedactor();
CUT.configure({ shapes: false, values: ['correct horse battery', 'with"quote end'], words: ['staple pin'] });

for (const [text, expected] of [
  ['pass is correct horse…', 'pass is ***'],
  ['pass is correct…', 'pass is ***'],
  ['pass is correct ho…', 'pass is ***'],
  ['"error":"is correct horse…","other":"x"', '"error":"is ***","other":"x"'],
  ['"error":"with\\"quote…"', '"error":"***"'],
  ['correct horse… correct horse battery… and…', '*** *** and…'],
  ['a staple…', 'a ***'],
  ['unstaple…', 'unstaple…'],
  ['it is co…', 'it is co…'],
  ['horse battery…', 'horse battery…'],
] as const) {
  test(`a listed value that was cut: ${text}`, () => {
    assert.equal(CUT.text(text), expected);
    assert.equal(CUT.text(expected), expected);
    const columns = new ColumnBatch();
    const [symbol] = [text, 'a neighbour'].map((each) => columns.symbols.intern(each));
    CUT.columns(columns);
    assert.equal(columns.symbols.text(symbol ?? 0), expected);
  });
}

test('a word ends where a text ends, whatever is beside it in memory', () => {
  const own = createRedactor();
  own.configure({ shapes: false, values: [], words: ['elastic'] });
  const columns = new ColumnBatch();
  const symbols = ['abc', 'elastic', 'def', 'elastics', 'vpc_elastic_ips'].map((text) =>
    columns.symbols.intern(text),
  );
  own.columns(columns);
  assert.deepEqual(
    symbols.map((symbol) => columns.symbols.text(symbol)),
    ['abc', '***', 'def', 'elastics', 'vpc_elastic_ips'],
  );
});

test('what stood beside a value may be a word of its own without it', () => {
  const own = createRedactor();
  own.configure({ shapes: false, values: ['anywhere1'], words: ['elastic'] });
  assert.equal(own.text('anywhere1elastic'), '******');
});

test('a line of JSON stays one', () => {
  const piece = fc.oneof(
    fc.constantFrom(...HIDDEN, 'token="abc', "pwd='x", 'secret=a\\', 'key'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.array(piece)), (fields) => {
      const line = JSON.stringify({ level: 40, ...fields, msg: 'it failed' });
      const clean = redactLine(`${line}\n`, redactor.text);
      assert.doesNotThrow(() => JSON.parse(clean), line);
      assert.ok(clean.endsWith('}\n'), clean);
      // Twice the run of the secret: three random characters do spell it once in a few hundred thousand.
      assert.doesNotMatch(clean, /Zq8Zq8|ZQ8ZQ8/);
    }),
    { numRuns: 500 },
  );
});

test('every form is found by its triggers', () => {
  const labels = [
    'pwd',
    'PASSWORD',
    'passphrase',
    'passwd',
    'client_secret',
    'access-token',
    'apikey',
    'api-key',
  ];
  const keys = [
    'account_key',
    'routing-key',
    'IntegrationKey',
    'shared_access-key',
    'secretAccessKey',
    'sig',
  ];
  const between = ['=', ': ', ' = ', '\t:\t', '\r\n=\n', '":"', '\\\\":\\\\"', "':'"];
  const labelled = fc
    .tuple(fc.constantFrom(...labels, ...keys), fc.constantFrom(...between))
    .map((pair) => `${pair.join('')}x1y2`);
  const piece = fc.oneof(
    fc.constantFrom(...HIDDEN, '://u:p@h', 'ftp://u:p@h', '?', ' '),
    labelled,
    fc.string(),
  );
  const bare = createRedactor();
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      const expected = SHAPES.reduce((all, shape) => all.replace(shape.pattern, shape.replacement), text);
      assert.equal(bare.text(text), expected);
    }),
    { numRuns: 2000 },
  );
});

test('a secret of millions of characters does not throw', () => {
  for (const before of ['Bearer ', 'token="', '{"error":"pwd=\\"'])
    assert.ok(redactor.text(`${before}${'Zq8'.repeat(4e6)}`).length < 100, before);
});

test('a replaced symbol is not found by its old text', () => {
  const { symbols } = new ColumnBatch();
  const old = symbols.intern('API-ABCDEF');
  symbols.replace(old, 'API-***');
  assert.equal(symbols.text(symbols.intern('API-ABCDEF')), 'API-ABCDEF');
  assert.equal(symbols.text(old), 'API-***');
});
