import { Failure } from '../../model/failure.ts';

/** A directory and which names in it are meant. */
export interface PathGlob {
  readonly directory: string;
  /** The name itself where the glob has no wildcard. */
  readonly literal: string | undefined;
  matches(name: string): boolean;
}

/**
 * Reads `/logs/Octopus*.txt`: `*` and `?` in the last path element only. Both kinds of slash separate.
 * @throws Failure `invalid`
 */
export function parseGlob(glob: string): PathGlob {
  const slash = Math.max(glob.lastIndexOf('/'), glob.lastIndexOf('\\'));
  const directory = slash < 0 ? '.' : glob.slice(0, slash) || '/';
  const pattern = glob.slice(slash + 1);
  if (pattern === '') throw new Failure('invalid', `${glob}: name a file, or files by * and ?`);
  if (/[*?]/.test(directory)) {
    throw new Failure('invalid', `${glob}: * and ? are for the last path element only`);
  }
  const literal = /[*?]/.test(pattern) ? undefined : pattern;
  return { directory, literal, matches: (name) => wildcardMatches(pattern, name) };
}

/** Whether `name` is an older file of the log `live`: `OctopusServer.0.txt` or `OctopusServer.txt.1` of `OctopusServer.txt`. */
export function isArchiveOf(name: string, live: string): boolean {
  if (name === live) return false;
  if (name.startsWith(`${live}.`)) return /^\d+$/.test(name.slice(live.length + 1));
  const dot = live.lastIndexOf('.');
  const stem = dot <= 0 ? live : live.slice(0, dot);
  const extension = dot <= 0 ? '' : live.slice(dot);
  if (extension === '') return false;
  return name.length > live.length + 1 && name.startsWith(`${stem}.`) && name.endsWith(extension);
}

/** Wildcards without backtracking beyond the last `*`: linear in practice, quadratic at worst. */
function wildcardMatches(pattern: string, name: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let n = 0; n < name.length;) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
