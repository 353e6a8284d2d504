import { stringify } from 'yaml';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import type { Simulator } from '../simulator/simulator.ts';

/** The demo's configuration: the simulated fleet, polled every second, the console as the phone. */
export function demoConfig(
  simulator: Pick<Simulator, 'instances'>,
  dataDirectory: string,
  listen: string,
): Config {
  const text = stringify({
    data_dir: dataDirectory,
    namespace: 'demo',
    web: { listen },
    fleet: {
      instances: simulator.instances.map(({ tenant, url, apiKey, logFile, info }) => ({
        tenant,
        url,
        api_key: apiKey,
        info: { ...info },
        files: { 'octopus-server-log': [logFile] },
      })),
    },
    collectors: { 'octopus-api': { interval: '1s', requests_per_minute: 6000, timeout: '2s' } },
    rules: { interval: '1s' },
    route: { receiver: 'phone', group_wait: '0s', group_interval: '1s', repeat_interval: '4h' },
    receivers: [{ name: 'phone', console_configs: [{}] }],
    heal: {
      armed: ['octopus-task-cancel'],
      page_after: '60s',
      verify_within: '30s',
      cooldown: '30s',
      'octopus-task-cancel': { min_age: '5s' },
    },
    log: { level: 'warn' },
  });
  return loadConfig('demo', text, { env: {}, readFile: () => '' });
}
