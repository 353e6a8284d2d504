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

// An instance that is polled takes some 200 KiB: an edge of more than these is no sidecar any more.
const SIDECAR_TENANTS = 50;

/** The flags of a role; none without a role. */
export function heapFlags(role) {
  return FLAGS[role] ?? [];
}

/** The flags for `octowatch run` by its configuration; none for other verbs. */
export function flagsOf(args) {
  if (args[0] !== 'run') return [];
  const named = args.findIndex((arg) => arg === '-c' || arg === '--config');
  const file = named < 0 ? 'octowatch.yml' : (args[named + 1] ?? '');
  try {
    return heapFlags(roleIn(readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
}

function roleIn(text) {
  const role = /^["']?role["']?:\s*["']?(\w+)/m.exec(text)?.[1] ?? 'standalone';
  return role === 'edge' && isLarge(text) ? 'judge' : role;
}

/** Whether many instances are polled, or how many is not known. */
function isLarge(text) {
  return /\bdiscovery["']?:/.test(text) || (text.match(/\btenant["']?:/g)?.length ?? 0) > SIDECAR_TENANTS;
}

/** What the C library is told, where the environment does not say otherwise: an arena for each thread would hold 20 MiB. */
export const MALLOC = { MALLOC_ARENA_MAX: '2' };
