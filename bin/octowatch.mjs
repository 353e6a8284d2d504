#!/usr/bin/env node
// The program needs Node 26, and V8 flags by role. Where an older one starts it, the Node of the package "node" takes over.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { flagsOf, MALLOC } from './heap-flags.mjs';

const NEEDED = 26;
const main = new URL('../dist/src/main.js', import.meta.url);
const args = process.argv.slice(2);
const flags = flagsOf(args);
const environment = { ...MALLOC, ...process.env };

if (Number.parseInt(process.versions.node, 10) < NEEDED) runBy(bundledNode());
else if (flags.length === 0) await import(main.href);
// The same process goes on with the flags: whoever supervises it sees one.
else process.execve(process.execPath, [process.execPath, ...flags, main.pathname, ...args], environment);

/** The program of the package "node", which this package depends on; undefined when its install script did not run. */
function bundledNode() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    return undefined;
  }
}

function runBy(node) {
  if (node === undefined) {
    console.error(
      `octowatch needs Node ${NEEDED} or newer; this is ${process.versions.node}. Install it, or let npm run the install script of the package "node".`,
    );
    process.exit(1);
  }
  const child = spawn(node, [...flags, main.pathname, ...args], { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
