import { join } from 'node:path';
import type { Log } from '../../src/model/ports.ts';
import { startSimulator, type SimulatedInstance, type Simulator } from '../../src/simulator/simulator.ts';
import { systemClock } from '../../src/system/system-clock.ts';

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** A fleet of fake Octopus servers in real time; their logs go below `directory`. */
export function startFleet(tenants: number, directory: string): Promise<Simulator> {
  const fleet = join(directory, 'fleet');
  return startSimulator({ seed: 1, tenants, clock: systemClock, log: SILENT, directory: fleet });
}

/** An instance as `fleet.instances` names it, with what a test changes. */
export function instanceConfig({ tenant, url, apiKey }: SimulatedInstance, changes: object = {}): object {
  return { tenant, url, api_key: apiKey, ...changes };
}
