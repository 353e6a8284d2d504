import { placeNamesOf } from '../aws/account.ts';
import type { PlaceKind, Target } from '../collect/contract.ts';
import { LINE_COLLECTORS } from '../config/instance.ts';
import { POLL_COLLECTORS, type Config } from '../config/schema.ts';
import type { Instance } from '../fleet/instance.ts';

/** What collectors are to read. */
export interface Targets {
  /** All instances, those included that nobody polls. */
  readonly instances: readonly Target[];
  readonly polled: readonly Target[];
  readonly tailed: readonly Target[];
  /** What tenants share. */
  readonly places: readonly Target[];
}

/** The instances as collectors know them, without their secrets, and the places of the configuration. */
export function targetsOf(config: Config, found: readonly Omit<Instance, 'discovery'>[]): Targets {
  const instances = found.map(({ tenant, url, info, files, timeZone, asleep }): Target => {
    return {
      tenant,
      info,
      timeZone,
      files: enabledOf(files, config),
      ...(url === undefined ? {} : { url }),
      ...(asleep ? { asleep } : {}),
    };
  });
  return {
    instances,
    polled: instances.filter(({ url }) => url !== undefined),
    tailed: instances.filter(({ files }) => Object.values(files).some((globs) => globs.length > 0)),
    places: placesOf(config),
  };
}

/** One place of each kind that has no list of them; those of the others by their names; an AWS account has several. */
function placesOf({ collectors }: Config): Target[] {
  const { kubernetes, aws, azure, probe, prometheus } = collectors;
  const listed: readonly [PlaceKind, readonly { readonly name: string }[]][] = [
    ['host', [{ name: 'self' }]],
    ['fleet', [{ name: 'fleet' }]],
    ['kubernetes', kubernetes.clusters],
    ['aws', aws.accounts.flatMap((account) => placeNamesOf(account).regional).map(named)],
    ['aws-global', aws.accounts.map((account) => placeNamesOf(account).global).map(named)],
    ['azure', azure.subscriptions],
    ['probe', probe.targets],
    ['prometheus', prometheus.targets],
  ];
  return listed.flatMap(([kind, places]) =>
    places.map(({ name }) => ({ tenant: '', place: { kind, name }, info: {}, files: {}, timeZone: 'UTC' })),
  );
}

function named(name: string): { readonly name: string } {
  return { name };
}

/** Whether and how often a poll is made, by the folder that its name begins with. */
export function pollSettings(
  { collectors }: Config,
  poll: string,
): { readonly enabled: boolean; readonly interval?: number | undefined } {
  const folder = POLL_COLLECTORS.find((name) => poll.startsWith(`${name}/`));
  if (folder === undefined) return { enabled: true };
  const isOff = poll === 'probe/instance' && !collectors.probe.instances.enabled;
  return isOff ? { enabled: false } : collectors[folder];
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
