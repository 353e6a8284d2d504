import { Failure } from '../model/failure.ts';
import type { Disk } from '../model/ports.ts';

const claimed = new WeakMap<Disk, Set<string>>();

/**
 * Takes a directory for one owner in this process; other processes are kept out by the lock of `data_dir`.
 * @returns gives it back
 * @throws Failure `invalid` when it has an owner
 */
export function claimDirectory(disk: Disk, directory: string): () => void {
  const owned = claimed.get(disk) ?? new Set<string>();
  claimed.set(disk, owned);
  if (owned.has(directory)) throw new Failure('invalid', `${directory} is open already: one owner at a time`);
  owned.add(directory);
  return () => void owned.delete(directory);
}
