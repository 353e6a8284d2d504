import { listedSecrets } from '../config/listed-secrets.ts';
import type { Config } from '../config/schema.ts';
import type { Instance } from '../fleet/instance.ts';
import { Failure } from '../model/failure.ts';
import { createRedactor, type RedactionSettings } from '../redact/redactor.ts';

const MIN_BYTES = 8;

/**
 * What a configuration takes for secrets.
 * @throws Failure `invalid` when the id of a tenant is one: its series could not be told from those of others
 */
export function redactionOf(config: Config): RedactionSettings {
  const settings = { shapes: config.redact.shapes, ...listedSecrets(config) };
  const trial = createRedactor();
  trial.configure(settings);
  for (const [index, { tenant }] of config.fleet.instances.entries()) {
    if (trial.text(tenant) === tenant) continue;
    throw new Failure(
      'invalid',
      `fleet.instances[${index}].tenant holds what is taken for a secret (choose another id, or change redact.values or the password that is like it)`,
    );
  }
  return settings;
}

/** The same, and the keys of instances that were found. One that is part of a tenant's id is none to look for. */
export function redactionWith(config: Config, instances: readonly Instance[]): RedactionSettings {
  const settings = redactionOf(config);
  const tenants = instances.map(({ tenant }) => tenant).join('\n');
  const keys = instances.flatMap(({ apiKey = '' }) => apiKey);
  const found = keys.filter((key) => Buffer.byteLength(key) >= MIN_BYTES && !tenants.includes(key));
  return { ...settings, words: [...new Set([...settings.words, ...found])] };
}
