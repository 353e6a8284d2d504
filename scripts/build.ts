import { spawnSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** What is read at run time beside the code. Each lies in dist/ where it lies in the sources, so paths agree. */
const assets = [
  'package.json',
  '{src,collectors}/**/*.{css,js,svg,sql,json,html}',
  'rules/**/*.yml',
  'dashboards/**/*.{json,yml}',
];
const notShipped = /(^|\/)fixtures\/|\.test\.yml$/;

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules', '.bin', 'tsc');
const { status, error } = spawnSync(tsc, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (status !== 0) {
  console.error(`the build failed: tsc ended with ${error?.message ?? `exit code ${status}`}`);
  process.exit(1);
}
const files = globSync(assets, { cwd: root }).filter((path) => !notShipped.test(path));
for (const path of files) cpSync(join(root, path), join(dist, path));
console.log(`built dist/ with ${files.length} files beside the code`);
