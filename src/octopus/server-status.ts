import { z } from 'zod';
import { flag, text } from './payload-fields.ts';

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
