import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calm, felt, restart, seconds } from '../actions.ts';
import type { FaultRow, FaultWorld, Prepared } from '../fault-row.ts';

const DISK_BYTES = 16 * 1024 * 1024;

/** The data directory on a small disk of its own that fills up. */
export const DISK: readonly FaultRow[] = [
  {
    name: 'disk-full',
    title: ({ trouble }) => `Disk full for ${trouble} s while Elasticsearch is away`,
    stores: ['fake'],
    setUp: mountSmallDisk,
    run: fillDisk,
  },
  {
    name: 'disk-full-kill-9',
    title: () => 'Disk full, kill -9, started on the full disk, room again',
    stores: ['fake'],
    quick: [],
    setUp: mountSmallDisk,
    run: killOnFullDisk,
  },
];

async function mountSmallDisk(directory: string): Promise<string | Prepared> {
  const data = join(directory, 'data');
  mkdirSync(data);
  const { status, stderr } = spawnSync(
    'mount',
    ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'octowatch', data],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) return `cannot mount a small disk: ${(stderr ?? 'no mount command').trim()}`;
  return { close: async () => void spawnSync('umount', [data]) };
}

/** Takes all room that is left. */
function fill({ directory }: FaultWorld): void {
  const chunk = Buffer.alloc(64 * 1024, 1);
  for (let size = chunk.length; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeFileSync(ballast(directory), chunk.subarray(0, size), { flag: 'a' });
    } catch {
      // No room for so much more.
    }
  }
}

function ballast(directory: string): string {
  return join(directory, 'data', 'ballast');
}

async function fillDisk(world: FaultWorld): Promise<string> {
  const { store, profile, directory } = world;
  await store.set({ kind: 'status', status: 503 });
  await seconds(profile.pause);
  fill(world);
  await seconds(profile.trouble);
  await store.set({ kind: 'none' });
  await seconds(profile.pause);
  rmSync(ballast(directory));
  await calm(world);
  return felt(world, 'refused writes', ({ error }) => String(error).includes('ENOSPC'));
}

async function killOnFullDisk(world: FaultWorld): Promise<string> {
  const { store, profile, directory } = world;
  await store.set({ kind: 'status', status: 503 });
  await seconds(profile.pause);
  fill(world);
  await seconds(profile.pause);
  await restart(world, 'kill');
  await seconds(profile.pause);
  rmSync(ballast(directory));
  await store.set({ kind: 'none' });
  await calm(world);
  return felt(world, 'refused writes', ({ error }) => String(error).includes('ENOSPC'));
}
