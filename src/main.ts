import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Agent, StartOptions } from './app/agent.ts';
import { connect } from './app/connect.ts';
import { registry } from './app/registry.ts';
import { confirm } from './cli/confirm.ts';
import { runCommandLine } from './cli/program.ts';
import { redactLine } from './redact/redact-line.ts';
import { createRedactor } from './redact/redactor.ts';

// Nothing that is written is for others to read: data, logs of tenants, the journal.
process.umask(0o027);
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    stop.abort();
    // A second signal ends a stop that hangs.
    process.once(name, () => process.exit(1));
  });
}
// A reader that went away (`octowatch query X | head -1`) is no failure.
process.stdout.on('error', () => process.exit(0));

// Whole lines go through it, whoever writes them; an agent configures it as itself, at its start and at a reload.
const redactor = createRedactor();
const programRoot = findRoot(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(programRoot, 'package.json'), 'utf8'));

process.exitCode = await runCommandLine(
  {
    env: process.env,
    version,
    nodeVersion: process.versions.node,
    programRoot,
    workingDirectory: process.cwd(),
    print: (line) => void process.stdout.write(`${line}\n`),
    printError: (line) => void process.stderr.write(`${redactor.text(line)}\n`),
    isTerminal: process.stdout.isTTY,
    ...(process.stdin.isTTY
      ? { confirm: (question) => confirm(question, process.stdin, process.stderr, stop.signal) }
      : {}),
    createLog(level) {
      const lines = pino.destination({ fd: 2, sync: true });
      return pino(
        { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
        { write: (line) => void lines.write(redactLine(line, redactor.text)) },
      );
    },
    signal: stop.signal,
    onHangup: (listener) => void process.on('SIGHUP', listener),
    startAgent: startByRole,
    registry,
    connect,
  },
  process.argv.slice(2),
);

// What still hangs after a stop must not keep the process.
setTimeout(() => process.exit(), 500).unref();

/** An edge loads nothing of rules, pages and heals: it has to be small. */
async function startByRole(given: Omit<StartOptions, 'redactor'>): Promise<Agent> {
  // Not what a verb prints: `config example` has to show `api_key: ${NAME}`.
  const print = (line: string): void => given.print(redactor.text(line));
  const options = { ...given, redactor, print };
  if (given.loadConfig().role === 'edge') return (await import('./app/edge.ts')).startEdge(options);
  return (await import('./app.ts')).startAgent(options);
}

/** The nearest folder above with a package.json: the checkout, or the installed package (whose code is below dist/). */
function findRoot(folder: string): string {
  try {
    readFileSync(join(folder, 'package.json'));
    return folder;
  } catch {
    return findRoot(dirname(folder));
  }
}
