import { SECRET_KEYS } from './schema.ts';

/** A copy of a configuration that may be shown: every secret is `<secret>`. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      SECRET_KEYS.has(key) && child !== undefined ? '<secret>' : maskSecrets(child),
    ]),
  );
}
