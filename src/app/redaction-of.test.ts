import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import { createRedactor } from '../redact/redactor.ts';
import { redactionOf, redactionWith } from './redaction-of.ts';
import { configOf } from './testing/recording.ts';

const STORE = `
store: { elasticsearch: { nodes: ['http://127.0.0.1:9200'], username: u, password: elastic } }
`;

function redact(config: string, text: string): string {
  const redactor = createRedactor();
  redactor.configure(redactionOf(configOf(config)));
  return redactor.text(text);
}

for (const [text, expected] of [
  ['connect to elasticsearch as elastic', 'connect to elasticsearch as ***'],
  ['elastic2 myelastic elastic_pool elastic-pool', 'elastic2 myelastic elastic_pool ***-pool'],
  ['{"user":"u:elastic"}', '{"user":"u:***"}'],
  ['a\\nelastic\\n', 'a\\n***\\n'],
  ['?q%3Delastic%26', '?q%3D***%26'],
  ['\\u000aelastic', '\\u000a***'],
  ['elastic', '***'],
] as const) {
  test(`a password of the configuration is a word: ${text}`, () =>
    assert.equal(redact(STORE, text), expected));
}

test('a listed value of 8 bytes is found anywhere, a shorter one as a word', () => {
  const config = 'redact: { values: [hunter22, hunter3] }';
  assert.equal(redact(config, 'xhunter22x xhunter3x hunter3'), 'x***x xhunter3x ***');
});

test('a value that is listed and a password is found anywhere', () => {
  const config = STORE.replace('elastic }', 'elasticity }');
  assert.equal(redact(`${config}redact: { values: [elasticity] }`, 'inelasticity'), 'in***');
});

test('a password that is in every log leaves logs readable', () => {
  const config = STORE.replace('elastic }', 'octopus }');
  assert.equal(redact(config, 'octopus server'), 'octopus server');
});

for (const redaction of ['redact: { values: [acme-prod] }', 'redact: { values: [acme-prod-1] }']) {
  test(`the id of a tenant that is a secret is refused: ${redaction}`, () => {
    const config = configOf(`fleet: { instances: [{ tenant: b }, { tenant: acme-prod-1 }] }\n${redaction}`);
    assert.throws(
      () => redactionOf(config),
      (error) =>
        error instanceof Failure && /instances\[1\]/.test(error.message) && !/acme/.test(error.message),
    );
  });
}

test('keys of instances that were found are secrets too, but never a part of a tenant id', () => {
  const found = (tenant: string, apiKey: string) => ({
    tenant,
    apiKey,
    info: {},
    files: {},
    timeZone: 'UTC',
    asleep: false,
    discovery: 'eu',
  });
  const redactor = createRedactor();
  redactor.configure(
    redactionWith(configOf('redact: { shapes: false }'), [
      found('acme', 'FOUND-KEY-1'),
      found('globex-production', 'globex-production'),
    ]),
  );
  assert.equal(redactor.text('key FOUND-KEY-1 of globex-production'), 'key *** of globex-production');
});
