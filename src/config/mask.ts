import { isSecret, isSecretUrl, URL_CREDENTIALS } from './secret-keys.ts';

const MASK = '<secret>';

/** A copy of a configuration that may be shown: secrets, and what URLs hold of them, are `<secret>`. */
export function maskSecrets(value: unknown): unknown {
  return masked(value, []);
}

function masked(value: unknown, above: readonly string[]): unknown {
  if (typeof value === 'string') return value.replace(URL_CREDENTIALS, `//${MASK}@`);
  if (Array.isArray(value)) return value.map((item) => masked(item, above));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (isSecret(key, above) && child !== undefined && !isEmpty(child)) return [key, MASK];
      if (isSecretUrl(key, above) && typeof child === 'string') return [key, maskPath(child)];
      return [key, masked(child, [...above, key])];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function maskPath(url: string): string {
  if (!URL.canParse(url)) return MASK;
  const { origin, pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? origin : `${origin}/${MASK}`;
}
