import type { Instance } from '../instance.ts';
import type { ServerTask } from '../task.ts';
import { errorAnswer, type Answer, type ApiRequest } from './answer.ts';
import { pageAnswer } from './page.ts';
import { offsetDate } from './task-payload.ts';

const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;
const UNLIMITED = 2_147_483_647;
/** The user that the simulated people are, and the one that the key of octowatch belongs to. */
const SOMEBODY = 'Users-1';
const OCTOWATCH = { Id: 'Users-21', Username: 'octowatch', IsService: true };
/** What the audit log says of a task when it is queued, and when it failed. */
const CATEGORIES: Readonly<Record<string, { readonly queued: string; readonly failed: string }>> = {
  Deploy: { queued: 'DeploymentQueued', failed: 'DeploymentFailed' },
  RunbookRun: { queued: 'RunbookRunQueued', failed: 'RunbookRunFailed' },
};

/** `GET /api/serverstatus/system-info`, of the only process there is. */
export function systemInfo(instance: Instance): Answer {
  const running = instance.nodes.reduce((sum, { id }) => sum + instance.queue.runningOn(id), 0);
  return {
    status: 200,
    json: {
      Version: instance.version,
      OSVersion: 'Linux 6.1',
      ClrVersion: '.NET 10.0.1',
      ThreadCount: 60 + 6 * running,
      MinThreadPoolCount: 4,
      Uptime: timeSpan(instance.now - instance.startedAt),
      WorkingSetBytes: (600 + 25 * running) * MIB,
    },
  };
}

/** `GET /api/licenses/licenses-current-status`. */
export function licenseStatus({ inventory, tenant, now }: Instance): Answer {
  const { license, machines } = inventory;
  const days = Math.floor((license.expires - now) / DAY_MS);
  return {
    status: 200,
    json: {
      IsCompliant: license.isCompliant,
      DaysToEffectiveExpiryDate: days,
      EffectiveExpiryDate: new Date(license.expires).toISOString().slice(0, 10),
      DoesExpiryBlockKeyActivities: true,
      EffectiveNodeTaskLimit: tenant.taskCap,
      EffectiveClusterTaskLimit: UNLIMITED,
      Limits: [limit('Machines', machines.length, license.machineLimit)],
      Messages: [],
    },
  };
}

/** `GET /api/scheduler`. */
export function scheduler({ conditions }: Instance): Answer {
  const names = ['Process recurring scheduled triggers', 'Apply retention policies', 'Check health'];
  return {
    status: 200,
    json: { IsRunning: !conditions.stopped, TaskStatus: names.map((Name) => ({ Name, IsEnabled: true })) },
  };
}

/** `GET /api/users/me`: whose the key is. */
export function ownUser(): Answer {
  return { status: 200, json: OCTOWATCH };
}

/** `GET /api/events`: deployments and runbook runs that were queued, and those that failed, newest first. */
export function listEvents({ queue }: Instance, { path, query }: ApiRequest): Answer {
  const [from, to] = [dateOf(query.get('from'), 0), dateOf(query.get('to'), Number.MAX_SAFE_INTEGER)];
  if (Number.isNaN(from) || Number.isNaN(to))
    return errorAnswer(400, 'The date of a filter could not be read.');
  const categories = query.get('eventCategories')?.split(',');
  const events = queue
    .newestFirst()
    .flatMap((task) => eventsOf(task))
    .filter(({ at, category }) => at >= from && at <= to && categories?.includes(category) !== false)
    .toSorted((a, b) => b.at - a.at)
    .map(({ payload }) => payload);
  return pageAnswer('Event', events, path, query);
}

function eventsOf(task: ServerTask): { at: number; category: string; payload: object }[] {
  const { name, state, queuedAt, completedAt, number, id, description, spaceId } = task;
  const categories = CATEGORIES[name];
  if (categories === undefined) return [];
  const base = { SpaceId: spaceId ?? null, RelatedDocumentIds: [id], UserId: SOMEBODY };
  const event = (nth: number, at: number, category: string, message: string) => {
    const own = {
      Id: `Events-${2 * number + nth}`,
      Category: category,
      Occurred: offsetDate(at),
      Message: message,
    };
    return { at, category, payload: { ...own, ...base } };
  };
  const queued = event(0, queuedAt, categories.queued, `${description} queued`);
  if (completedAt === undefined || (state !== 'Failed' && state !== 'TimedOut')) return [queued];
  return [queued, event(1, completedAt, categories.failed, `${description} failed`)];
}

function limit(name: string, usage: number, most: number): object {
  const status = usage < most ? 'UnderLimit' : usage === most ? 'AtLimit' : 'ExceedingLimit';
  return { Name: name, CurrentUsage: usage, EffectiveLimit: most, IsUnlimited: false, LimitStatus: status };
}

function dateOf(text: string | null, fallback: number): number {
  return text === null || text === '' ? fallback : Date.parse(text);
}

/** A .NET TimeSpan: `3.04:30:00.5000000`. */
function timeSpan(ms: number): string {
  const time = new Date(ms % DAY_MS).toISOString().slice(11, 23);
  const days = Math.floor(ms / DAY_MS);
  return `${days === 0 ? '' : `${days}.`}${time}0000`;
}
