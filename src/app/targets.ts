import type { Target } from '../collect/contract.ts';
import { LINE_COLLECTORS, type Config } from '../config/schema.ts';

/** What collectors are to read: the instances that have an API (and are asked), and those that have files. */
export function targetsOf(config: Config): { polled: Target[]; tailed: Target[] } {
  const api = config.collectors['octopus-api'];
  const targets = config.fleet.instances.map(({ tenant, url, info, files, time_zone: timeZone }): Target => {
    return {
      tenant,
      info,
      timeZone,
      files: enabledOf(files, config),
      ...(url === undefined || !api.enabled ? {} : { url }),
    };
  });
  return {
    polled: targets.filter(({ url }) => url !== undefined),
    tailed: targets.filter(({ files }) => Object.values(files).some((globs) => globs.length > 0)),
  };
}

/** The files of collectors that are switched on. */
function enabledOf(files: Target['files'], { collectors }: Config): Target['files'] {
  const off = new Set<string>(LINE_COLLECTORS.filter((name) => !collectors[name].enabled));
  return Object.fromEntries(
    Object.entries(files).filter(([name, globs]) => globs.length > 0 && !off.has(name)),
  );
}

/** Where a line collector begins with files found at the very first start. */
export function readFromOf({ collectors }: Config, collector: string): 'end' | 'beginning' {
  const known = LINE_COLLECTORS.find((name) => name === collector);
  return known === undefined ? 'end' : collectors[known].read_from;
}
