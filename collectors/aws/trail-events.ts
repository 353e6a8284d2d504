import type { Event } from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import { burstableOf } from './burstable.ts';
import type { Sighting } from './launch-ledger.ts';

/** EC2's code of an instance that was stopped before it was started. */
const STOPPED = 80;
const INSTANCE = 'AWS::EC2::Instance';

const itemSchema = z.object({
  instanceId: z.string(),
  instanceType: z.string().optional(),
  /** ms since the epoch, what DescribeInstances shows as `LaunchTime`; of RunInstances alone. */
  launchTime: z.number().optional(),
  previousState: z.object({ code: z.number() }).optional(),
});

/** What the record of a call holds; a response over 100 KB is left out of it. */
const recordSchema = z.object({
  eventTime: z.iso.datetime({ offset: true }),
  errorCode: z.string().optional(),
  requestParameters: z
    .object({
      instanceType: z.string().optional(),
      creditSpecification: z.record(z.string(), z.unknown()).optional(),
    })
    .nullish(),
  responseElements: z.object({ instancesSet: z.object({ items: z.array(itemSchema) }).optional() }).nullish(),
});
type TrailRecord = z.output<typeof recordSchema>;

/** A launch as CloudTrail tells of it: of a start it says neither what type was started nor in which mode. */
export interface TrailLaunch extends Omit<Sighting, 'type' | 'by' | 'unlimited'> {
  readonly call: 'run' | 'start';
  readonly type?: string | undefined;
  readonly unlimited?: boolean | undefined;
}

/**
 * The launches that one event of `LookupEvents` tells of: none for a call that failed, and none for the start of an
 * instance that ran already. Undefined when the event is not what CloudTrail promises.
 */
export function launchesOf({ EventName, CloudTrailEvent, Resources }: Event): TrailLaunch[] | undefined {
  const record = recordSchema.safeParse(parseJson(CloudTrailEvent)).data;
  if (record === undefined) return undefined;
  if (record.errorCode !== undefined) return [];
  const items = record.responseElements?.instancesSet?.items ?? instancesAmong(Resources);
  const at = Date.parse(record.eventTime);
  const { instanceType: type } = record.requestParameters ?? {};
  const call = EventName === 'RunInstances' ? 'run' : 'start';
  return items
    .filter(({ previousState }) => previousState === undefined || previousState.code === STOPPED)
    .map((item) => ({
      call,
      id: item.instanceId,
      at: item.launchTime ?? at,
      type: item.instanceType ?? type,
      unlimited: askedForUnlimited(record),
    }));
}

/** Whether launches of a type are of interest; undefined when the type is not known. */
export function isT2(type: string | undefined): boolean | undefined {
  return type === undefined ? undefined : type.startsWith('t2.') && burstableOf(type) !== undefined;
}

function instancesAmong(resources: Event['Resources'] = []): z.output<typeof itemSchema>[] {
  return resources.flatMap(({ ResourceType, ResourceName }) =>
    ResourceType === INSTANCE && ResourceName !== undefined ? [{ instanceId: ResourceName }] : [],
  );
}

/** Undefined when the call left it to the default of the account. */
function askedForUnlimited({ requestParameters }: TrailRecord): boolean | undefined {
  const given = Object.entries(requestParameters?.creditSpecification ?? {});
  // the records of different years spell it cpuCredits and CpuCredits
  const value = given.find(([name]) => name.toLowerCase() === 'cpucredits')?.[1];
  return value === undefined ? undefined : value === 'unlimited';
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
