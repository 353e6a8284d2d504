import { dirname, resolve } from 'node:path';
import type { Clock, Disk } from '../model/ports.ts';
import type { Discoverer, FoundList } from './discoverer.ts';
import type { InstanceTemplate } from './found-instance.ts';
import type { FoundInstance } from './instance.ts';

/** How long a file that changed must rest before it is read: a list that is being written may look whole. */
const SETTLE_MS = 500;

/** An instance as a file names it. */
export interface ListedInstance {
  readonly tenant: string;
  readonly url?: string | undefined;
  readonly api_key?: string | undefined;
  readonly api_key_file?: string | undefined;
  readonly info: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly time_zone: string;
  readonly asleep: boolean;
}

interface FileDiscovererOptions extends Omit<Discoverer, 'list' | 'watch'> {
  readonly path: string;
  /** The key of those that have none of their own. */
  readonly template: Pick<InstanceTemplate, 'apiKey' | 'apiKeyFile'>;
  readonly clock: Clock;
  readonly disk: Pick<Disk, 'watch'>;
  /** The text of a file. @throws Failure when it cannot be read */
  readonly readText: (path: string) => Promise<string>;
  /** @throws Failure `invalid` with positions */
  readonly parse: (name: string, text: string) => readonly ListedInstance[];
}

/** Reads a list of instances from a file, again as soon as it changes. */
export function createFileDiscoverer(options: FileDiscovererOptions): Discoverer {
  const { path, clock, disk, readText, parse } = options;
  let last: string | undefined;
  let made: { readonly text: string; readonly list: FoundList } | undefined;

  /** The text, once it has not changed for a moment. */
  async function settled(signal: AbortSignal): Promise<string> {
    let text = await readText(path);
    while (text !== last) {
      last = text;
      await clock.sleep(SETTLE_MS, signal);
      text = await readText(path);
    }
    return text;
  }

  return {
    ...options,
    async list(signal) {
      const text = await settled(signal);
      // Parsing is not for nothing, and other files of the folder change too.
      if (made?.text !== text) made = { text, list: toList(parse(path, text), options) };
      return made.list;
    },
    watch: (changed) => disk.watch?.(dirname(path), changed),
  };
}

function toList(listed: readonly ListedInstance[], options: FileDiscovererOptions): FoundList {
  return { instances: listed.map((instance) => toFound(instance, options)), refused: [] };
}

function toFound(listed: ListedInstance, options: FileDiscovererOptions): FoundInstance {
  const { tenant, url, info, files, time_zone: timeZone, asleep } = listed;
  return {
    tenant,
    info,
    files,
    timeZone,
    asleep,
    ...(url === undefined ? {} : { url }),
    ...keyOf(listed, options),
  };
}

function keyOf(
  { tenant, api_key: apiKey, api_key_file: file }: ListedInstance,
  { path, template }: FileDiscovererOptions,
): Pick<FoundInstance, 'apiKey' | 'apiKeyFile'> {
  if (apiKey !== undefined) return { apiKey };
  if (file !== undefined) return { apiKeyFile: resolve(dirname(path), file) };
  if (template.apiKey !== undefined) return { apiKey: template.apiKey };
  const ofEach = template.apiKeyFile?.replaceAll('{tenant}', tenant);
  return ofEach === undefined ? {} : { apiKeyFile: ofEach };
}
