import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { secret } from './fields.ts';
import { configSchema } from './schema.ts';
import { hasFileTwin, isSecret } from './secret-keys.ts';

type Schema = z.core.JSONSchema.BaseSchema;
type Child = Schema | boolean | undefined;
/** Keys from the top of the configuration, outermost first. */
type Path = readonly string[];

/** Where the schema says `secret`, whatever the key is called. */
function* secretPaths(schema: Child, above: Path = []): Iterable<Path> {
  if (typeof schema !== 'object') return;
  if (schema.title === 'secret') yield above;
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    yield* secretPaths(child, [...above, key]);
  // A key of somebody's own choice, such as the name of a header.
  yield* secretPaths(schema.additionalProperties, [...above, '*']);
  for (const child of [schema.items, schema.anyOf, schema.oneOf, schema.allOf].flat())
    yield* secretPaths(child, above);
}

function titled(): Schema {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema === secret) jsonSchema.title = 'secret';
    },
  });
}

test('whatever the schema calls a secret is masked when shown, and may be given as a file', () => {
  const paths = [...secretPaths(titled())];
  const keys = new Set(paths.map((path) => path.at(-1)));
  for (const key of [
    'ping_url',
    'signing_key',
    'rest_token',
    'app_token',
    'smtp_auth_password',
    'credentials',
  ])
    assert.ok(keys.has(key), `${key} is looked at`);
  for (const path of paths) {
    const [key = '', above] = [path.at(-1), path.slice(0, -1)];
    assert.ok(isSecret(key, above), `${path.join('.')} is masked`);
    assert.ok(hasFileTwin(key, above), `${path.join('.')}_file is read`);
  }
});
