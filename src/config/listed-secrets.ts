import { parseHeaderLines } from './header-lines.ts';
import type { Config } from './schema.ts';
import { isSecret, isSecretUrl } from './secret-keys.ts';

const MIN_BYTES = 6;
/** From this length on a value is looked for within words too: nothing else is likely to have it in it. */
const LONG_BYTES = 8;
/** Words that are in every log: to take them out would leave nothing to read. */
const COMMON = new Set([
  'password',
  'secret',
  'octopus',
  'deploy',
  'default',
  'localhost',
  'production',
  'server',
]);

/** What of `redact.values` is no value to look for, said by its line; the value itself is not shown. */
export function* refusedValues({ redact }: Pick<Config, 'redact'>): Iterable<string> {
  for (const [index, value] of linesOf(redact.values).entries()) {
    if (value === '' || value.startsWith('#')) continue;
    const place = `value ${index + 1} of redact.values`;
    if (Buffer.byteLength(value) < MIN_BYTES)
      yield `${place} is shorter than ${MIN_BYTES} bytes: it would be found everywhere (leave it out)`;
    else if (COMMON.has(value.toLowerCase())) yield `${place} is a common word (leave it out)`;
    else if (value.includes('***'))
      yield `${place} holds ***, which stands for what was taken out (leave it out)`;
  }
}

/** Values that are secrets whatever they look like. */
export interface ListedSecrets {
  /** Found anywhere. */
  readonly values: readonly string[];
  /** Found as whole words: `elastic` is no secret in `elasticsearch`. */
  readonly words: readonly string[];
}

/**
 * The values of `redact`, and the configuration's own: those are passwords that people chose, so they are words, and
 * one that is in every log is not looked for.
 */
export function listedSecrets(config: Config): ListedSecrets {
  const { redact, ...others } = config;
  const listed = linesOf(redact.values).filter((value) => value !== '' && !value.startsWith('#'));
  const isLong = (value: string): boolean => Buffer.byteLength(value) >= LONG_BYTES;
  const own = [...secretsIn(others)].filter(
    (value) => Buffer.byteLength(value) >= MIN_BYTES && !COMMON.has(value.toLowerCase()),
  );
  return { values: listed.filter(isLong), words: [...listed.filter((value) => !isLong(value)), ...own] };
}

function linesOf(values: string | readonly string[]): string[] {
  return (typeof values === 'string' ? values.split('\n') : values).map((value) => value.trim());
}

function* secretsIn(value: unknown, above: readonly string[] = []): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === 'headers' && typeof child === 'string') yield* credentialsIn(child);
    else if (isSecret(key, above) || isSecretUrl(key, above)) yield* textsIn(child);
    else yield* secretsIn(child, Array.isArray(value) ? above : [...above, key]);
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The values of headers without their scheme (`Bearer`): what would be found somewhere else. */
function credentialsIn(headers: string): string[] {
  return Object.values(parseHeaderLines(headers) ?? {}).map((value) => value.replace(/^\w+\s+/, ''));
}
