import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configJsonSchema } from './schema.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly allOf?: unknown;
}

function at(path: readonly string[]): Schema {
  const root: Schema = configJsonSchema();
  return path.reduce<Schema>(
    (schema, name) => schema.properties?.[name]?.items ?? schema.properties?.[name] ?? {},
    root,
  );
}

test('an editor knows the file twin of a secret that may be left out', () => {
  const { properties = {}, required } = at(['fleet', 'instances']);
  assert.deepEqual(properties['api_key_file'], { type: 'string' });
  assert.deepEqual(required, ['tenant']);
});

test('an editor wants a required secret or its file twin', () => {
  const { properties = {}, required, allOf } = at(['receivers', 'pagerduty_configs']);
  assert.deepEqual(properties['routing_key_file'], { type: 'string' });
  assert.deepEqual(required, []);
  assert.deepEqual(allOf, [{ oneOf: [{ required: ['routing_key'] }, { required: ['routing_key_file'] }] }]);
});

test('durations and sizes are texts to an editor', () => {
  assert.match(JSON.stringify(at(['rules', 'interval'])), /"type":"string"/);
  assert.match(JSON.stringify(at(['spool', 'max_bytes'])), /"type":"string"/);
});
