import { dirname, resolve } from 'node:path';
import { Failure, messageOf } from '../model/failure.ts';
import { hasFileTwin } from './secret-keys.ts';
import { refusalOf } from './unsupported.ts';

/** Where values may come from besides the file. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a secret's file. @throws when it cannot */
  readFile(path: string): string;
}

/** A problem at a place in the configuration. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const REFERENCE = /\$\$|\$\{([^}]*)\}/g;
const NAME_AND_DEFAULT = /^([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * A copy of `value` with `${NAME}` and `${NAME:-default}` replaced in its strings (`$$` is a dollar), and every
 * `<secret>_file` replaced by `<secret>` holding the file's content. Problems are collected, not thrown.
 */
export function substitute(value: unknown, file: string, from: Surroundings, problems: Problem[]): unknown {
  function visit(node: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof node === 'string') return attempt(path, () => expand(node, from.env));
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    const keys = new Set(Object.keys(node));
    return Object.fromEntries(
      Object.entries(node).map(([key, child]) => {
        // What is refused by name anyway needs none of its files.
        if (refusalOf([...path, key]) !== undefined) return [key, child];
        const name = isFileOfEach(child) ? undefined : secretOfFile(key, path);
        if (name === undefined) return [key, visit(child, [...path, key])];
        return [name, attempt([...path, key], () => fileContent(name, child, keys))];
      }),
    );
  }
  function attempt(path: readonly PropertyKey[], work: () => string): string {
    try {
      return work();
    } catch (error) {
      problems.push({ path, message: messageOf(error) });
      return 'invalid';
    }
  }
  function fileContent(name: string, path: unknown, siblings: ReadonlySet<string>): string {
    if (siblings.has(name)) throw new Failure('invalid', `give ${name} or ${name}_file, not both`);
    if (typeof path !== 'string') throw new Failure('invalid', `${name}_file is the path of a file`);
    return readSecret(expand(path, from.env), file, from);
  }
  return visit(value, []);
}

/** `api_key` of `api_key_file`; undefined for a key that is no such twin. */
function secretOfFile(key: string, above: readonly PropertyKey[]): string | undefined {
  const name = key.endsWith('_file') ? key.slice(0, -'_file'.length) : '';
  return name !== '' && hasFileTwin(name, above) ? name : undefined;
}

/** A path for each tenant is no file to read yet. */
function isFileOfEach(path: unknown): boolean {
  return typeof path === 'string' && path.includes('{tenant}');
}

function expand(text: string, env: Surroundings['env']): string {
  return text.replace(REFERENCE, (whole, reference: string | undefined) => {
    if (whole === '$$') return '$';
    const [, name, fallback] = NAME_AND_DEFAULT.exec(reference ?? '') ?? [];
    if (name === undefined)
      throw new Failure('invalid', `${whole}: write \${NAME} or \${NAME:-default}, or $$ for a dollar`);
    const value = env[name] ?? fallback;
    if (value === undefined)
      throw new Failure(
        'invalid',
        `environment variable ${name} is not set (set it, or write \${${name}:-default})`,
      );
    return value;
  });
}

function readSecret(path: string, file: string, from: Surroundings): string {
  const content = read(resolve(dirname(file), path), from).trim();
  if (content === '') throw new Failure('invalid', `${path} is empty: put the secret into it`);
  return content;
}

function read(path: string, from: Surroundings): string {
  try {
    return from.readFile(path);
  } catch (error) {
    throw new Failure('invalid', `cannot read the file: ${messageOf(error)}`);
  }
}
