import { buildGoProgram, runProgram, type RunResult } from './go-program.ts';

/** Prometheus 3.14's own tool: the judge of rule files, rule tests, `/metrics` and the HTTP API. */
const PROMTOOL = {
  name: 'promtool',
  package: 'github.com/prometheus/prometheus/cmd/promtool',
  version: 'v0.314.0',
};

/** All that the language of 3.14 has behind a flag, as our parser takes it without one. */
export const ALL_FEATURES =
  '--enable-feature=promql-experimental-functions,promql-extended-range-selectors,promql-binop-fill-modifiers';

/**
 * Runs promtool (built at the first call: minutes when Go's build cache is cold, so give the first test time).
 * Skip the test with `skipWithoutGo()`. Nothing in the environment can change what it says.
 * @throws Error when it cannot be built or takes more than a minute
 */
export async function promtool(args: readonly string[], input?: string): Promise<RunResult> {
  const path = await buildGoProgram(PROMTOOL);
  return runProgram(path, args, input === undefined ? {} : { input });
}
