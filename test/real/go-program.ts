import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program of a published Go module. */
export interface GoProgram {
  readonly name: string;
  /** Its package: `github.com/prometheus/prometheus/cmd/promtool`. */
  readonly package: string;
  /** Of the module that holds the package: `v0.314.0`. */
  readonly version: string;
  /** The text of a program of our own around the package, which is no program then. */
  readonly source?: string;
}

/** What a program printed, and how it ended. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const cache = join(import.meta.dirname, '..', '..', '.cache', 'go-programs');
const BUILD_DEADLINE_MS = 18 * 60_000;
const RUN_DEADLINE_MS = 60_000;

/** Why tests that need Go cannot run here; in CI nothing is skipped: a build without Go fails and says so. */
export function skipWithoutGo(): string | false {
  if (process.env.CI === 'true') return false;
  return spawnSync('go', ['version']).status === 0 ? false : 'no go on the PATH to build the program with';
}

/**
 * The path of the program, built by the plain `go` client at the first call (minutes when Go's build cache is cold).
 * @throws Error with what `go` printed
 */
export async function buildGoProgram(program: GoProgram): Promise<string> {
  const path = join(cache, `${program.name}-${program.version}`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'build-'));
  try {
    // A module of its own: `go install package@version` refuses modules whose go.mod replaces another.
    writeFileSync(join(scratch, 'go.mod'), `module build-${program.name}\n`);
    await must(scratch, ['get', `${program.package}@${program.version}`]);
    const { source } = program;
    if (source !== undefined) writeFileSync(join(scratch, 'main.go'), source);
    const what = source === undefined ? [program.package] : ['-mod=mod', '.'];
    await must(scratch, ['build', '-o', program.name, ...what]);
    renameSync(join(scratch, program.name), path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return path;
}

/**
 * The path of a program of our own, a module in `directory` with its go.mod and go.sum; built anew when one of its files
 * has changed. @throws Error with what `go` printed
 */
export async function buildGoModule(name: string, directory: string): Promise<string> {
  const digest = createHash('sha256');
  for (const file of ['main.go', 'go.mod', 'go.sum']) digest.update(readFileSync(join(directory, file)));
  const path = join(cache, `${name}-${digest.digest('hex').slice(0, 8)}`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'build-'));
  try {
    const built = join(scratch, name);
    await must(directory, ['build', '-p', '2', '-trimpath', '-ldflags=-s', '-o', built, '.']);
    renameSync(built, path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return path;
}

/** Two test files may ask at once: the second waits for the first and finds Go's build cache warm. */
async function must(directory: string, args: readonly string[]): Promise<void> {
  const hasLock = spawnSync('flock', ['--version']).status === 0;
  const [command, ...rest] = [...(hasLock ? ['flock', join(cache, 'lock')] : []), 'go', ...args];
  const { code, stderr } = await runProgram(command ?? 'go', rest, {
    directory,
    deadlineMs: BUILD_DEADLINE_MS,
  });
  if (code !== 0) throw new Error(`go ${args.join(' ')} failed: exit code ${code}\n${stderr}`);
}

/** Runs a program to its end. @throws Error when it cannot start or does not end in time */
export function runProgram(
  path: string,
  args: readonly string[],
  options: { readonly directory?: string; readonly input?: string; readonly deadlineMs?: number } = {},
): Promise<RunResult> {
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const signal = AbortSignal.timeout(options.deadlineMs ?? RUN_DEADLINE_MS);
  const child = spawn(path, args, { cwd: options.directory, signal });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  child.on('error', reject);
  child.on('close', (code) => resolve({ code: code ?? -1, ...texts }));
  // A program that ends without reading its input is no error.
  child.stdin.on('error', () => {}).end(options.input ?? '');
  return promise;
}
