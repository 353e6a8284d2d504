import { join } from 'node:path';
import type { Log } from '../../model/ports.ts';
import type { CliHost, ExitCode } from '../host.ts';
import { runCommandLine } from '../program.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** What a command left behind. */
export interface Result {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process; it starts no agent. */
export async function runHere(
  given: Pick<CliHost, 'registry' | 'connect' | 'workingDirectory'> & Partial<CliHost>,
  args: readonly string[],
): Promise<Result> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const host: CliHost = {
    env: {},
    version: '1.2.3',
    nodeVersion: '26.0.0',
    programRoot: ROOT,
    print: (line) => void stdout.push(line),
    printError: (line) => void stderr.push(line),
    isTerminal: false,
    createLog: () => SILENT,
    signal: new AbortController().signal,
    onHangup() {},
    startAgent: () => Promise.reject(new Error('no agent is started here')),
    ...given,
  };
  const code = await runCommandLine(host, args);
  return { code, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
}
