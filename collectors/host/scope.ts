import { Failure } from '../../src/model/failure.ts';
import type { HostFiles } from './host-files.ts';
import type { HostSettings } from './settings.ts';

const CGROUPS = 'sys/fs/cgroup';

/** What is read: the machine, or the container whose cgroup is at a path. */
export type Scope = { readonly kind: 'machine' } | { readonly kind: 'container'; readonly cgroup: string };

/**
 * Tells where the agent runs. Every cgroup but the root has `cgroup.type`: where the one that is mounted has it, it is
 * that of a container with a namespace of its own. Source: kernel.org, cgroup-v2.html, "Core Interface Files".
 * @throws Failure `not_found` where a container is to be read and there is no cgroup v2
 */
export async function scopeOf(files: HostFiles, { scope }: HostSettings): Promise<Scope> {
  if (scope === 'machine') return { kind: 'machine' };
  if (await files.has(`${CGROUPS}/cgroup.type`)) return { kind: 'container', cgroup: CGROUPS };
  return scope === 'auto' ? { kind: 'machine' } : { kind: 'container', cgroup: await ownCgroup(files) };
}

/** The agent's own cgroup where the tree of the whole machine is mounted: that of its service, or of its container. */
async function ownCgroup(files: HostFiles): Promise<string> {
  const path = /^0::(\/.*)$/m.exec((await files.text('proc/self/cgroup')) ?? '')?.[1];
  const cgroup = `${CGROUPS}${path ?? ''}`;
  if (path !== undefined && (await files.has(`${cgroup}/cgroup.type`))) return cgroup;
  throw new Failure(
    'not_found',
    `${files.root}/${CGROUPS} has no cgroup v2 of a container, and cgroup v1 is not read: set collectors.host.scope to machine`,
  );
}

/** The label `instance`. */
export async function instanceOf(files: HostFiles, settings: HostSettings): Promise<string> {
  if (settings.instance !== undefined) return settings.instance;
  // Of a machine that is mounted below another root, the kernel tells the name of where the agent runs.
  const path = files.root === '' ? 'proc/sys/kernel/hostname' : 'etc/hostname';
  return (await files.need(path)).trim();
}

/** The files of a process of the machine that is read: the agent's own, or of a mounted machine the first there is. */
export function processOf(files: HostFiles): string {
  return files.root === '' ? 'proc/self' : 'proc/1';
}
