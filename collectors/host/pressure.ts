import type { HostFiles } from './host-files.ts';
import type { Row } from './host-poll.ts';
import { parsePressure, type Pressure } from './parse-pressure.ts';
import { pressureDataset } from './schema.ts';

/** Nothing where the kernel does not count: older than 4.20, or started with `psi=0`. */
export async function readPressure(files: HostFiles, path: string): Promise<Pressure> {
  const text = await files.text(path);
  return text === undefined ? {} : parsePressure(text, path);
}

/** What stands still now. */
export function pressureRows(resource: 'cpu' | 'memory' | 'io', pressure: Pressure): Row[] {
  return Object.entries(pressure).map(([kind, { ratio }]) => ({
    dataset: pressureDataset,
    dimensions: { resource, kind },
    values: { host_pressure_ratio: ratio },
  }));
}
