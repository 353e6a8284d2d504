import { startChild, type ChildOptions } from './child.ts';

/** What a command left behind. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const DEADLINE_MS = 30_000;

/** Runs `octowatch ARGS…` to its end, or kills it after half a minute (then `code` is null). */
export async function octowatch(args: readonly string[], options: ChildOptions): Promise<CommandResult> {
  const child = startChild(args, options);
  const late = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  try {
    const { code } = await child.ended;
    return { code, stdout: child.stdout.join('\n'), stderr: child.stderr.join('\n') };
  } finally {
    clearTimeout(late);
  }
}
