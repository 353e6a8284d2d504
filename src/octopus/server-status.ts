import { z } from 'zod';
import { flag, optionalNumber, text } from './payload-fields.ts';

/** `GET /api/serverstatus/health`. Source: OctopusClients `ServerHealthStatusResource.cs`. */
export const healthSchema = z
  .looseObject({
    IsOperatingNormally: z.boolean(),
    IsEntireClusterReadOnly: flag,
    IsEntireClusterDrainingTasks: flag,
    IsCompliantWithLicense: z.boolean().nullish(),
    Description: text(500),
  })
  .transform((raw) => ({
    operatingNormally: raw.IsOperatingNormally,
    readOnly: raw.IsEntireClusterReadOnly,
    draining: raw.IsEntireClusterDrainingTasks,
    /** Undefined where the server does not say. */
    licenseCompliant: raw.IsCompliantWithLicense ?? undefined,
    description: raw.Description,
  }));

export type ServerHealth = z.output<typeof healthSchema>;

/** The root document `GET /api`. */
export const serverInfoSchema = z
  .looseObject({ Version: z.string().min(1).max(50), InstallationId: text(100) })
  .transform(({ Version, InstallationId }) => ({ version: Version, installationId: InstallationId }));

export type ServerInfo = z.output<typeof serverInfoSchema>;

/** `GET /api/serverstatus`. Source: docs `api/server-status`. */
export const serverStatusSchema = z
  .looseObject({ IsInMaintenanceMode: z.boolean(), IsUpgradeAvailable: flag, IsPotentialClone: flag })
  .transform((raw) => ({
    /** Set by an administrator for the whole server: only administrators can change anything. */
    isInMaintenanceMode: raw.IsInMaintenanceMode,
    isUpgradeAvailable: raw.IsUpgradeAvailable,
    /** Its database has been seen with another installation: two servers may run on copies of one database. */
    isPotentialClone: raw.IsPotentialClone,
  }));

export type ServerStatus = z.output<typeof serverStatusSchema>;

/** `GET /api/serverstatus/system-info`, of the node that answers. Source: OctopusClients `SystemInfoResource.cs`. */
export const systemInfoSchema = z
  .looseObject({
    Uptime: z.string().max(50),
    ThreadCount: optionalNumber,
    MinThreadPoolCount: optionalNumber,
    WorkingSetBytes: optionalNumber,
  })
  .transform((raw) => ({
    /** A .NET TimeSpan: `[d.]hh:mm:ss[.fffffff]`. */
    uptime: raw.Uptime,
    threads: raw.ThreadCount,
    threadPoolMinimum: raw.MinThreadPoolCount,
    workingSetBytes: raw.WorkingSetBytes,
  }));

export type SystemInfo = z.output<typeof systemInfoSchema>;
