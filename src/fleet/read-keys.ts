import { messageOf } from '../model/failure.ts';
import type { Refusal } from './discoverer.ts';
import type { FoundInstance } from './instance.ts';

/** The text of a secret's file. @throws Failure when it cannot be read */
export type ReadSecret = (path: string) => Promise<string>;

const AT_A_TIME = 16;

/**
 * The instances with the keys of their files. A file that cannot be read leaves the key that was known: secrets are
 * replaced while they are used. One that sleeps needs none.
 */
export async function readKeys(
  list: readonly FoundInstance[],
  known: ReadonlyMap<string, string>,
  readSecret: ReadSecret,
): Promise<{ instances: readonly Omit<FoundInstance, 'apiKeyFile'>[]; refused: readonly Refusal[] }> {
  const refused: Refusal[] = [];
  const instances: Omit<FoundInstance, 'apiKeyFile'>[] = [];

  async function keyOf(path: string, instance: FoundInstance): Promise<string | undefined> {
    try {
      const key = (await readSecret(path)).trim();
      if (key !== '') return key;
      refuse(instance, `${path} is empty: put the API key into it`);
    } catch (error) {
      refuse(instance, `its API key: ${messageOf(error)}`);
    }
    return known.get(instance.tenant);
  }

  function refuse({ tenant, asleep }: FoundInstance, why: string): void {
    if (!asleep) refused.push({ what: tenant, why });
  }

  async function withKey(found: FoundInstance): Promise<Omit<FoundInstance, 'apiKeyFile'>> {
    const { apiKeyFile, ...instance } = found;
    const key = apiKeyFile === undefined ? undefined : await keyOf(apiKeyFile, instance);
    return key === undefined ? instance : { ...instance, apiKey: key };
  }

  for (let from = 0; from < list.length; from += AT_A_TIME)
    instances.push(...(await Promise.all(list.slice(from, from + AT_A_TIME).map(withKey))));
  return { instances, refused };
}
