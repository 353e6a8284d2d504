import { z } from 'zod';
import { TENANT_ID, type FoundInstance } from './instance.ts';

/** Keeps texts by name over a restart: the last list of each source. */
export interface SavedLists {
  /** Undefined when there is none. @throws Failure `disk` */
  read(name: string): Promise<string | undefined>;
  /** Replaces it whole. @throws Failure `disk` */
  write(name: string, text: string): Promise<void>;
  /** @throws Failure `disk` */
  remove(name: string): Promise<void>;
}

const instance = z.object({
  tenant: z.string().regex(TENANT_ID),
  url: z.string().exactOptional(),
  apiKeyFile: z.string().exactOptional(),
  info: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.array(z.string())),
  timeZone: z.string(),
  asleep: z.boolean(),
});
const saved = z.object({ version: z.literal(1), instances: z.array(instance) });

/** The text of a list, without its secrets. */
export function formatSavedList(instances: readonly FoundInstance[]): string {
  return JSON.stringify({ version: 1, instances }, (key, value: unknown) =>
    key === 'apiKey' ? undefined : value,
  );
}

/** The list of a text; undefined when it is damaged, or of a version that is not known. */
export function parseSavedList(text: string): readonly FoundInstance[] | undefined {
  try {
    return saved.safeParse(JSON.parse(text)).data?.instances;
  } catch {
    return undefined;
  }
}
