import type { Config } from '../config/schema.ts';
import type { Log } from '../model/ports.ts';

const FIXED = ['data_dir', 'namespace', 'role', 'web', 'store', 'spool', 'external_labels'] as const;

/** Says which changed settings a reload cannot bring in. */
export function warnOfFixedSettings(before: Config, after: Config, log: Log): void {
  for (const key of FIXED) {
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      log.warn({ key }, 'a changed setting needs a restart');
  }
}
