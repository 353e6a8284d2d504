import { dirname, resolve } from 'node:path';
import { Failure, messageOf } from '../model/failure.ts';
import { SECRET_KEYS } from './schema.ts';

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
  const visit = (node: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof node === 'string') return attempt(() => expand(node, from.env), path);
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => entry(key, child, [...path, key])));
  };
  function attempt(work: () => string, path: readonly PropertyKey[]): string {
    try {
      return work();
    } catch (error) {
      problems.push({ path, message: messageOf(error) });
      return 'invalid';
    }
  }
  function entry(key: string, child: unknown, path: readonly PropertyKey[]): [string, unknown] {
    const name = key.replace(/_file$/, '');
    if (name === key || !SECRET_KEYS.has(name) || typeof child !== 'string') return [key, visit(child, path)];
    return [name, attempt(() => readSecret(expand(child, from.env), file, from), path)];
  }
  return visit(value, []);
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
  try {
    return from.readFile(resolve(dirname(file), path)).trim();
  } catch (error) {
    throw new Failure('invalid', `cannot read the secret: ${messageOf(error)}`);
  }
}
