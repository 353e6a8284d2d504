import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { demoScenario, demoTenants } from '../simulator/demo-scenario.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { systemClock } from '../system/system-clock.ts';
import { demoConfig } from './demo-config.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { untilStopped } from './run.ts';
import { shortenRules } from './shorten-rules.ts';

/** How many times sooner the demo's rules judge: what takes ten minutes takes twenty seconds. */
const FACTOR = 30;
const SHORTEST_RANGE_MS = 5000;
const SEED = 7;

const NOTICE =
  `A simulated fleet in real time. The rule pack's for, ranges and age limits are ${FACTOR} times shorter than in production, ` +
  'so that you can watch a night in two minutes.';

export interface DemoOptions {
  readonly tenants: number;
  readonly listen: string;
}

/** `octowatch demo` and `npm start`: a simulated fleet, the agent on its embedded store, this terminal as the phone. */
export async function demo(host: CliHost, options: DemoOptions): Promise<ExitCode> {
  const directory = join(host.workingDirectory, 'data', 'demo');
  rmSync(directory, { recursive: true, force: true });
  // What the fleet does to the agent is the show; only what is wrong with the agent itself belongs between its lines.
  const log = host.createLog('error');
  await using simulator = await startSimulator({
    seed: SEED,
    tenants: demoTenants(options.tenants),
    clock: systemClock,
    directory: join(directory, 'fleet'),
    incidents: [],
    log,
  });
  const agent = await host.startAgent({
    loadConfig: () => demoConfig(simulator, join(directory, 'agent'), options.listen),
    log,
    print: (line) => host.print(`${line}  · ${new Date().toTimeString().slice(0, 8)}`),
    workingDirectory: host.workingDirectory,
    programRoot: host.programRoot,
    version: host.version,
    notice: NOTICE,
    adjustRules: (groups) => shortenRules(groups, FACTOR, SHORTEST_RANGE_MS),
  });
  host.print(`octowatch watches ${options.tenants} simulated tenants: ${agent.url}`);
  host.print(NOTICE);
  host.print('Ctrl-C ends it. What the on-call phone would show:');
  const acting = play(simulator, host);
  await untilStopped(host.signal);
  await acting;
  await agent.stop();
  return EXIT.ok;
}

/** Starts the scenario's incidents when they are due. */
async function play(simulator: Simulator, host: CliHost): Promise<void> {
  let elapsed = 0;
  for (const { afterSeconds, type, tenant, durationSeconds } of demoScenario(
    simulator.instances.map((instance) => instance.tenant),
  )) {
    const waited = systemClock.sleep((afterSeconds - elapsed) * 1000, host.signal);
    if (
      !(await waited.then(
        () => true,
        () => false,
      ))
    )
      return;
    elapsed = afterSeconds;
    simulator.inject({ type, tenants: [tenant], durationMs: durationSeconds * 1000 });
  }
}
