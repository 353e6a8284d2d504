import type { z } from 'zod';
import { readJson } from './answer.ts';
import type { Connection } from './connection.ts';
import { licenseStatusSchema, type LicenseStatus } from './license.ts';
import type { Collection, ReadPages } from './pages.ts';
import { schedulerSchema, type SchedulerStatus } from './scheduler.ts';
import { EVENT_CATEGORIES, serverEventSchema, type ServerEvent } from './server-event.ts';
import { serverStatusSchema, systemInfoSchema, type ServerStatus, type SystemInfo } from './server-status.ts';

/** Calls about the server as a whole; each throws what every call of the client may. */
export interface ServerCalls {
  license(signal?: AbortSignal): Promise<LicenseStatus>;
  /** The server's own jobs. Read only: `start`, `stop` and `trigger` below the same path are GETs that act. */
  scheduler(signal?: AbortSignal): Promise<SchedulerStatus>;
  serverStatus(signal?: AbortSignal): Promise<ServerStatus>;
  systemInfo(signal?: AbortSignal): Promise<SystemInfo>;
  /** Events of `EVENT_CATEGORIES` in all spaces that occurred from `from` to `to`, ms by the server's clock. */
  events(from: number, to: number, signal?: AbortSignal): Promise<Collection<ServerEvent>>;
}

export function createServerCalls(connection: Connection, readPages: ReadPages): ServerCalls {
  async function ask<S extends z.ZodType>(path: string, schema: S, signal?: AbortSignal) {
    return readJson(await connection.send({ path, signal }), schema, connection.where(path));
  }

  function events(from: number, to: number, signal?: AbortSignal): Promise<Collection<ServerEvent>> {
    const query = {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      eventCategories: EVENT_CATEGORIES.join(','),
      spaces: 'all',
      includeSystem: 'true',
      excludeDifference: 'true',
    };
    return readPages({ path: '/api/events', item: serverEventSchema, query, signal, partial: true });
  }

  return {
    license: (signal) => ask('/api/licenses/licenses-current-status', licenseStatusSchema, signal),
    scheduler: (signal) => ask('/api/scheduler', schedulerSchema, signal),
    serverStatus: (signal) => ask('/api/serverstatus', serverStatusSchema, signal),
    systemInfo: (signal) => ask('/api/serverstatus/system-info', systemInfoSchema, signal),
    events,
  };
}
