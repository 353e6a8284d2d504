import { z } from 'zod';
import { flag, optionalNumber, stamp, text } from './payload-fields.ts';
import { nodeNameOf } from './task.ts';

const node = z
  .looseObject({
    Id: z.string().min(1).max(200),
    Name: text(200),
    Version: text(50),
    LastSeen: stamp,
    IsOffline: flag,
    IsInMaintenanceMode: flag,
    MaxConcurrentTasks: optionalNumber,
    RunningTaskCount: optionalNumber,
    MaxSqlConnectionPoolSize: optionalNumber,
    RecommendedMaxSqlConnectionPoolSize: optionalNumber,
  })
  .transform((raw) => ({
    name: raw.Name ?? nodeNameOf(raw.Id) ?? raw.Id,
    version: raw.Version,
    /** ms since the epoch by the server's clock. */
    lastSeen: raw.LastSeen,
    isOffline: raw.IsOffline,
    /** What the API calls maintenance mode of a node. */
    isDraining: raw.IsInMaintenanceMode,
    taskCap: raw.MaxConcurrentTasks,
    runningTasks: raw.RunningTaskCount,
    sqlPoolMax: raw.MaxSqlConnectionPoolSize,
    sqlPoolRecommended: raw.RecommendedMaxSqlConnectionPoolSize,
  }));

/** A node of the cluster. */
export type ServerNode = z.output<typeof node>;

/** `GET /api/octopusservernodes/summary`. Source: OctopusClients `OctopusServerClusterSummaryResource.cs`. */
export const nodesSummarySchema = z.looseObject({ Nodes: z.array(node) }).transform(({ Nodes }) => Nodes);

/** What `GET /api/octopusservernodes/ping` says of the node that answers; every field may be missing. */
export const pingSchema = z
  .looseObject({ Name: text(200), IsOffline: flag, IsInMaintenanceMode: flag })
  .transform(({ Name }) => Name);
