import { LINE_COLLECTORS } from '../config/instance.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../model/ports.ts';

/** Settings that are read at the start only, by their key in the file. */
const FIXED: Readonly<Record<string, (config: Config) => unknown>> = {
  data_dir: (config) => config.data_dir,
  namespace: (config) => config.namespace,
  role: (config) => config.role,
  web: (config) => config.web,
  store: (config) => config.store,
  spool: (config) => config.spool,
  external_labels: (config) => config.external_labels,
  'collectors.prefer': (config) => config.collectors.prefer,
  ...Object.fromEntries(
    LINE_COLLECTORS.map((name) => [
      `collectors.${name}.read_from`,
      ({ collectors }) => collectors[name].read_from,
    ]),
  ),
  'rules.interval': (config) => config.rules.interval,
  'rules.hold_for': (config) => config.rules.hold_for,
  telemetry: (config) => config.telemetry,
  log: (config) => config.log,
};

/** Says which changed settings a reload cannot bring in. */
export function warnOfFixedSettings(before: Config, after: Config, log: Log): void {
  for (const [key, read] of Object.entries(FIXED)) {
    if (JSON.stringify(read(before)) !== JSON.stringify(read(after)))
      log.warn({ key }, 'a changed setting needs a restart');
  }
}
