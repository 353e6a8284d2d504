import type { Fleet } from '../../src/collect/contract.ts';

/** What is known of a machine. */
export interface Machine {
  readonly id: string;
  readonly tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];
}

/**
 * Whose a machine is: the tenant in the configured tag, else the one whose `info.instance_id` names it (or lists it among
 * others); empty where nobody does. A tenant that the fleet does not know is nobody.
 */
export function tenantOfMachine(fleet: Fleet, tag: string | undefined): (machine: Machine) => string {
  const byId = new Map<string, string>();
  for (const { tenant, info } of fleet.all())
    for (const id of info['instance_id']?.match(/[^\s,]+/g) ?? []) byId.set(id, tenant);

  return ({ id, tags }) => {
    const tagged = tag === undefined ? undefined : tags.find(({ Key }) => Key === tag)?.Value;
    const known = tagged === undefined ? undefined : fleet.find(tagged);
    return known?.tenant ?? byId.get(id) ?? '';
  };
}
