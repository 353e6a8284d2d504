import { z } from 'zod';
import { stamp, text } from './payload-fields.ts';

/** What is asked for of the audit log: what went wrong, not what people did. */
export const EVENT_CATEGORIES: readonly string[] = [
  'CertificateExpired',
  'DeploymentFailed',
  'GuidedFailureInterruptionRaised',
  'LoginFailed',
  'MachineUnavailable',
  'MachineUnhealthy',
  'RunbookRunFailed',
];

/** An item of `GET /api/events`. Source: OctopusClients `EventResource.cs`. */
export const serverEventSchema = z
  .looseObject({
    Id: z.string().min(1).max(100),
    Category: text(100),
    Occurred: stamp,
    Message: text(500),
    SpaceId: text(100),
  })
  .transform((raw) => ({
    id: raw.Id,
    category: raw.Category ?? 'unknown',
    /** ms since the epoch by the server's clock. */
    occurred: raw.Occurred,
    message: raw.Message,
    space: raw.SpaceId,
  }));

export type ServerEvent = z.output<typeof serverEventSchema>;
