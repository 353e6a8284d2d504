import { buildGoProgram, runProgram, type RunResult } from '../go-program.ts';
import { ALERTMANAGER_VERSION } from './alertmanager-judge.ts';

/**
 * Runs Alertmanager's own command line tool (built at the first call: minutes when Go's build cache is cold, so give the
 * first test time). Skip the test with `skipWithoutGo()`.
 * @throws Error when it cannot be built or takes more than a minute
 */
export async function amtool(args: readonly string[]): Promise<RunResult> {
  const program = {
    name: 'amtool',
    package: 'github.com/prometheus/alertmanager/cmd/amtool',
    version: ALERTMANAGER_VERSION,
  };
  return runProgram(await buildGoProgram(program), args);
}
