// Runs on whatever Node the machine has, so plain JavaScript and built-ins only.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Why node_modules cannot be used as it is, or undefined when it can. */
function staleReason() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return 'node_modules is missing';
  if (!existsSync(join(root, 'node_modules', '.bin', 'node'))) return 'node_modules has no node';
  const lock = join(root, 'package-lock.json');
  if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return undefined;
  return sameVersions(lock, installed) ? undefined : 'node_modules differs from package-lock.json';
}

/** A checkout touches the lockfile without changing it, so the versions decide, not the time alone. */
function sameVersions(lock, installed) {
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const want = JSON.parse(readFileSync(lock, 'utf8')).packages;
  return Object.entries(want).every(([path, entry]) => {
    if (path === '' || (entry.optional && !have[path])) return true;
    return have[path]?.version === entry.version;
  });
}

const reason = staleReason();
if (reason) {
  console.log(`${reason}: running npm ci`);
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm ? [process.execPath, npm] : ['npm'];
  const args = [...before, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) {
    const why = result.error?.message ?? `it ended with ${result.signal ?? `exit code ${result.status}`}`;
    console.error(
      `npm ci failed: ${why}. Check that the npm registry is reachable, then run npm ci by hand.`,
    );
    process.exit(1);
  }
}
