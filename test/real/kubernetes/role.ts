import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { create, replace } from './objects.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** One rule of a role, as it stands in the manifest. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly Rule[];
}

/** The role of a manifest in `deploy/kubernetes/`. */
export function readRole(manifest: string): Role {
  const url = new URL(`../../../deploy/kubernetes/${manifest}`, import.meta.url);
  const objects = parseAllDocuments(readFileSync(url, 'utf8')).map((document) => document.toJS() as Role);
  const role = objects.find(({ kind }) => kind === 'ClusterRole');
  if (role === undefined) throw new Error(`${manifest} has no ClusterRole`);
  return role;
}

/** Makes the role and binds it to the user `agent`. */
export async function grant(admin: KubernetesClient, role: Role): Promise<void> {
  await create(admin, `${RBAC}/clusterroles`, role);
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.metadata.name };
  const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'agent' }];
  await create(admin, `${RBAC}/clusterrolebindings`, { metadata: role.metadata, roleRef, subjects });
}

/** Lets the role have these rules from now on. */
export async function setRules(admin: KubernetesClient, role: Role, rules: readonly Rule[]): Promise<void> {
  await replace(admin, `${RBAC}/clusterroles/${role.metadata.name}`, { ...role, rules });
}

/** Each right of a role by itself: a verb on a resource. */
export function* rightsOf({ rules }: Role): Iterable<{ group: string; resource: string; verb: string }> {
  for (const { apiGroups, resources, verbs } of rules)
    for (const group of apiGroups)
      for (const resource of resources) for (const verb of verbs) yield { group, resource, verb };
}
