import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { demoScenario, demoTenants } from '../simulator/demo-scenario.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { openDataDirectory } from '../system/data-directory.ts';
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
  const dataDirectory = join(directory, 'agent');
  // Another demo that runs in this folder keeps what it has.
  openDataDirectory(dataDirectory).close();
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
    loadConfig: () => demoConfig(simulator, dataDirectory, options.listen),
    log,
    print: (line) => host.print(phoneLine(line)),
    workingDirectory: host.workingDirectory,
    programRoot: host.programRoot,
    version: host.version,
    notice: NOTICE,
    adjustRules: (groups) => shortenRules(groups, FACTOR, SHORTEST_RANGE_MS),
  });
  try {
    host.print(`octowatch watches ${simulator.instances.length} simulated tenants: ${agent.url}`);
    host.print(NOTICE);
    host.print('Ctrl-C ends it. What the on-call phone would show:');
    await Promise.all([play(simulator, host.signal), untilStopped(host.signal)]);
  } finally {
    await agent.stop();
  }
  return EXIT.ok;
}

/** A page as the phone shows it; what wakes nobody, with its time. */
function phoneLine(line: string): string {
  return line.startsWith('PAGE ') ? line : `${new Date().toTimeString().slice(0, 8)}  ${line}`;
}

/** Starts the scenario's incidents when they are due, until the signal. */
async function play(simulator: Simulator, signal: AbortSignal): Promise<void> {
  const tenants = simulator.instances.map(({ tenant }) => tenant);
  const start = systemClock.now();
  try {
    for (const { afterSeconds, type, tenant, durationSeconds } of demoScenario(tenants)) {
      await systemClock.sleep(Math.max(0, start + afterSeconds * 1000 - systemClock.now()), signal);
      simulator.inject({ type, tenants: [tenant], durationMs: durationSeconds * 1000 });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
