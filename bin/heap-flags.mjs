import { readFileSync } from 'node:fs';

/**
 * What V8 is told by role; sizes are MiB. An edge needs a small heap, as its data is in buffers outside of it, and it
 * stands beside a server that has to have the memory.
 */
// What a round leaves behind dies at once: a small nursery stays in the processor's cache, and takes 60 MiB less than the
// one V8 would make. The benchmark of rules spends a fifth less CPU with it.
const RULES = ['--max-semi-space-size=4', '--no-maglev'];

// Without the middle compiler there is one copy of hot code less: 12 MiB at full rate, and no CPU more.
const FLAGS = {
  standalone: RULES,
  judge: RULES,
  edge: ['--max-semi-space-size=2', '--max-old-space-size=96', '--no-maglev'],
};

/** The flags of a role; none without a role. */
export function heapFlags(role) {
  return FLAGS[role] ?? [];
}

/** The role that `octowatch run` will have by its configuration; undefined for other verbs. */
export function roleOf(args) {
  if (args[0] !== 'run') return undefined;
  const named = args.findIndex((arg) => arg === '-c' || arg === '--config');
  const file = named < 0 ? 'octowatch.yml' : (args[named + 1] ?? '');
  try {
    return /^["']?role["']?:\s*["']?(\w+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 'standalone';
  } catch {
    return undefined;
  }
}

/** What the C library is told, where the environment does not say otherwise: an arena for each thread would hold 20 MiB. */
export const MALLOC = { MALLOC_ARENA_MAX: '2' };
