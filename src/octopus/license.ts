import { z } from 'zod';
import { flag, optionalNumber, text } from './payload-fields.ts';

/** How near a limit of the license is; `other` is what this list does not know. */
export const LIMIT_STATUSES = [
  'under_limit',
  'almost_at_limit',
  'at_limit',
  'in_overrun',
  'exceeding_limit',
  'other',
] as const;

export type LimitStatus = (typeof LIMIT_STATUSES)[number];

/** The largest number of .NET's Int32: no limit, no end. */
const UNLIMITED = 2_147_483_647;
/** A license that lasts a hundred years does not end. */
const NEVER_DAYS = 36_500;

const limit = z
  .looseObject({
    Name: z.string().min(1).max(200),
    CurrentUsage: optionalNumber,
    EffectiveLimit: optionalNumber,
    IsUnlimited: flag,
    LimitStatus: text(50),
  })
  .transform((raw) => {
    const most = raw.IsUnlimited ? undefined : bounded(raw.EffectiveLimit);
    return {
      /** `deployment_targets`, from `Deployment Targets`. */
      quota: snakeCase(raw.Name),
      used: raw.CurrentUsage,
      /** Undefined where there is none. */
      limit: most,
      status: statusOf(raw.LimitStatus, raw.CurrentUsage, most),
    };
  });

/** `GET /api/licenses/licenses-current-status`. Source: docs `api/_generated/licenses.md`, swagger of 2020.5. */
export const licenseStatusSchema = z
  .looseObject({
    IsCompliant: z.boolean().nullish(),
    DaysToEffectiveExpiryDate: optionalNumber,
    DoesExpiryBlockKeyActivities: z.boolean().nullish(),
    EffectiveNodeTaskLimit: optionalNumber,
    EffectiveClusterTaskLimit: optionalNumber,
    Limits: z.array(limit).nullish(),
  })
  .refine((raw) => 'IsCompliant' in raw || 'Limits' in raw, 'neither IsCompliant nor Limits')
  .transform((raw) => ({
    isCompliant: raw.IsCompliant ?? undefined,
    /** Negative when it has expired; undefined for a license without an end. */
    daysToExpiry: daysOf(raw.DaysToEffectiveExpiryDate),
    expiryBlocks: raw.DoesExpiryBlockKeyActivities ?? undefined,
    nodeTaskLimit: bounded(raw.EffectiveNodeTaskLimit),
    clusterTaskLimit: bounded(raw.EffectiveClusterTaskLimit),
    limits: raw.Limits ?? [],
  }));

export type LicenseStatus = z.output<typeof licenseStatusSchema>;
export type LicenseLimit = LicenseStatus['limits'][number];

/** Old servers (2020.5) do not say; usage and limit do. */
function statusOf(said: string | undefined, used: number | undefined, most: number | undefined): LimitStatus {
  if (said !== undefined) return LIMIT_STATUSES.find((status) => status === snakeCase(said)) ?? 'other';
  if (most === undefined) return 'under_limit';
  if (used === undefined) return 'other';
  if (used === most) return 'at_limit';
  return used > most ? 'exceeding_limit' : 'under_limit';
}

function bounded(value: number | undefined): number | undefined {
  return value === undefined || value >= UNLIMITED ? undefined : value;
}

function daysOf(days: number | undefined): number | undefined {
  return days === undefined || days >= NEVER_DAYS ? undefined : days;
}

function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '_')
    .slice(0, 60);
}
