import { toFailure, type Failure } from '../../src/model/failure.ts';
import type { Clock, FileSystemSpace } from '../../src/model/ports.ts';
import { withDeadline } from '../../src/model/with-deadline.ts';
import type { HostFiles } from './host-files.ts';
import type { Row } from './host-poll.ts';
import { filesystemDataset } from './node-schema.ts';
import { isOnNetwork, meaningfulMounts, parseMounts, type Mount } from './parse-mounts.ts';
import { processOf } from './scope.ts';

/** A file system in memory or on a disk answers in microseconds. */
const PATIENCE_MS = 2000;
/** Each is asked in its own time; a machine with more of them makes volumes for containers. */
const MOST = 100;

/** `silent`: it does not answer, or only with an error. `unseen`: the agent may not look, or it is below another root. */
type Answer = FileSystemSpace | 'silent' | 'unseen';

/** Asks the file systems that are mounted how much room they have. */
export function createFileSystems(): (files: HostFiles, clock: Clock) => Promise<Row[]> {
  /** Asked and without an answer yet. Each holds a thread of the few that the agent has for its own files. */
  const waiting = new Map<string, Mount>();

  async function ask(mount: Mount, { disk, root, signal }: HostFiles, clock: Clock): Promise<Answer> {
    const { mountpoint } = mount;
    // A server that is away holds one thread, not one for each of its shares.
    const isHeld = isOnNetwork(mount) && waiting.values().some(isOnNetwork);
    if (disk.statfs === undefined) return 'unseen';
    if (waiting.has(mountpoint) || isHeld) return 'silent';
    waiting.set(mountpoint, mount);
    const asked = disk.statfs(`${root}${mountpoint}`).finally(() => waiting.delete(mountpoint));
    try {
      return await withDeadline(clock, PATIENCE_MS, signal, () => asked);
    } catch (error) {
      const failure = toFailure(error);
      if (signal.aborted) throw failure;
      return isUnseen(failure) ? 'unseen' : 'silent';
    }
  }

  return async (files, clock) => {
    const path = `${processOf(files)}/mounts`;
    const mounts = meaningfulMounts(parseMounts(await files.need(path), path));
    const rows: Row[] = [];
    for (const mount of mounts.slice(0, MOST)) {
      if (await isFile(mount, files)) continue;
      const answer = await ask(mount, files, clock);
      if (answer === 'silent') rows.push(rowOf(mount, undefined));
      // Virtual ones have no size.
      else if (answer !== 'unseen' && answer.size > 0) rows.push(rowOf(mount, answer));
    }
    return rows;
  };
}

function isUnseen({ reason, cause }: Failure): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return reason === 'not_found' || code === 'EACCES' || code === 'EPERM';
}

/** Container runtimes mount files one by one: /etc/hosts, /etc/resolv.conf. */
async function isFile(mount: Mount, files: HostFiles): Promise<boolean> {
  if (isOnNetwork(mount)) return false;
  try {
    return (await files.disk.stat(`${files.root}${mount.mountpoint}`))?.kind === 'file';
  } catch {
    return false;
  }
}

function rowOf({ device, mountpoint, fstype, readonly }: Mount, space: FileSystemSpace | undefined): Row {
  return {
    dataset: filesystemDataset,
    dimensions: { device, mountpoint, fstype },
    values: {
      node_filesystem_size_bytes: space?.size,
      node_filesystem_free_bytes: space?.free,
      node_filesystem_avail_bytes: space?.available,
      node_filesystem_files: space?.files,
      node_filesystem_files_free: space?.filesFree,
      node_filesystem_readonly: Number(readonly),
      node_filesystem_device_error: Number(space === undefined),
    },
  };
}
