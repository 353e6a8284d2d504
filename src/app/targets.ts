import type { Target } from '../collect/contract.ts';
import type { Config } from '../config/schema.ts';

/** What collectors are to read: the instances that have an API (and are asked), and those that have files. */
export function targetsOf(config: Config): { polled: Target[]; tailed: Target[] } {
  const { 'octopus-api': api, 'octopus-server-log': log } = config.collectors;
  const targets = config.fleet.instances.map(({ tenant, url, info, files, time_zone: timeZone }): Target => {
    return {
      tenant,
      info,
      timeZone,
      files: log.enabled ? files : {},
      ...(url === undefined || !api.enabled ? {} : { url }),
    };
  });
  return {
    polled: targets.filter(({ url }) => url !== undefined),
    tailed: targets.filter(({ files }) => Object.values(files).some((globs) => globs.length > 0)),
  };
}
