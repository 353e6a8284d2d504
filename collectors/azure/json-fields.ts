import { Failure } from '../../src/model/failure.ts';

/** An object of an answer: nothing is known of its fields. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** The object that a body holds. `what`: who answered, for the message. @throws Failure `malformed` */
export function parseObject(body: Uint8Array, what: string): JsonFields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new Failure('malformed', `${what} answered what is no JSON`, { cause: error });
  }
  if (isObject(parsed)) return parsed;
  throw new Failure('malformed', `${what} answered JSON that is no object`);
}

/** The value at a path of keys; undefined where one is missing. */
function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = isObject(found) ? found[key] : undefined;
  return found;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

export function flagAt(value: unknown, ...path: readonly string[]): boolean | undefined {
  const found = at(value, path);
  return typeof found === 'boolean' ? found : undefined;
}

/** The objects of a list; what else is in it is left out. */
export function objectsAt(value: unknown, ...path: readonly string[]): readonly JsonFields[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

function isObject(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
