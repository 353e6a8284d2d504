import { SECRET_KEYS, SECRET_URLS, URL_CREDENTIALS } from './secret-keys.ts';

const MASK = '<secret>';

/** A copy of a configuration that may be shown: secrets, and what URLs hold of them, are `<secret>`. */
export function maskSecrets(value: unknown, areUrlsSecret = false): unknown {
  if (typeof value === 'string') return value.replace(URL_CREDENTIALS, `//${MASK}@`);
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, areUrlsSecret));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (SECRET_KEYS.has(key) && child !== undefined && !isEmpty(child)) return [key, MASK];
      if (key === 'url' && areUrlsSecret) return [key, maskPath(String(child))];
      return [key, maskSecrets(child, areUrlsSecret || key === SECRET_URLS)];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function maskPath(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? origin : `${origin}/${MASK}`;
}
