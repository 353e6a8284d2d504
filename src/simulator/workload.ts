import type { SeededRandom } from './random.ts';
import type { TaskRequest } from './task.ts';
import { type Calendar, REGIONS, type Tenant, type TenantKind } from './topology.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Tasks per day at the busy hours' rate: the catalogue's LN(0.2, 2.2) times the kind's factor, at its mean. */
const TASKS_PER_DAY: Readonly<Record<TenantKind, number>> = { dormant: 0, quiet: 2, active: 35, heavy: 350 };
/** Web requests per second in the log at busy hours, probes aside; scaled down so that logs stay small. */
const REQUESTS_PER_SECOND: Readonly<Record<TenantKind, number>> = {
  dormant: 0.005,
  quiet: 0.03,
  active: 0.2,
  heavy: 1,
};

/** Monday first: merged pull requests by day for work days, estimates of business fleets for the weekend. */
const WEEK = [1.33, 1.26, 1.01, 0.97, 0.97, 0.2, 0.15];
/** By local hour: rise from 7, plateau with a dip at noon, fall by 19. */
const DAY = [
  0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.1, 0.35, 0.7, 1, 1, 1, 0.8, 0.9, 1, 1, 1, 0.6, 0.35, 0.15, 0.1, 0.08,
  0.08, 0.08,
];
export const PEAK = Math.max(...WEEK);

/** How busy a tenant is at a time, 0 to `PEAK`. */
export function activityAt(tenant: Tenant, at: number, calendar: Calendar): number {
  if ((tenant.calendar ?? calendar) === 'always-busy') return 1;
  const offset = REGIONS.find(({ name }) => name === tenant.region)?.utcOffsetHours ?? 0;
  const local = at + offset * HOUR_MS;
  const weekday = (Math.floor(local / DAY_MS) + 3) % 7;
  const hour = Math.floor((local % DAY_MS) / HOUR_MS);
  return (WEEK[weekday] ?? 1) * (DAY[hour] ?? 1);
}

/** Tasks per ms at activity 1. */
export function taskRate(tenant: Tenant): number {
  return (tenant.tasksPerDay ?? TASKS_PER_DAY[tenant.kind]) / DAY_MS;
}

/** Web requests per ms at activity 1. */
export function requestRate(tenant: Tenant): number {
  return REQUESTS_PER_SECOND[tenant.kind] / 1000;
}

/** Builds come in bursts of this mean size within a minute, and some call for another task later. */
export const BURST = { mean: 3, withinMs: 60_000, followOn: 0.4, followOnAfterMs: 240_000 } as const;

const PROJECTS = ['Web Shop', 'Billing', 'Payments API', 'Identity', 'Warehouse', 'Reporting'];
const ENVIRONMENTS = ['Development', 'Staging', 'Production'];
const RUNBOOKS = ['Restart IIS', 'Rotate certificates', 'Backup database', 'Clear cache'];

/** Lengths (median ms, log-sd) and results by task name, from the catalogue's workload table. */
const LENGTHS = {
  Deploy: [34_000, 0.5],
  RunbookRun: [25_000, 0.7],
  Health: [12_000, 0.6],
  Retention: [20_000, 0.8],
  RecurringScheduledDeployments: [900, 0.4],
} as const;
const FAILED = 0.025;
const TIMED_OUT = 0.001;

function request(
  name: keyof typeof LENGTHS,
  random: SeededRandom,
  rest: Pick<TaskRequest, 'description' | 'arguments' | 'projectId'>,
  failShare = FAILED,
): TaskRequest {
  const [median, sigma] = LENGTHS[name];
  const draw = random.next();
  const hasFailed = draw < failShare;
  return {
    name,
    ...rest,
    spaceId: 'Spaces-1',
    durationMs: Math.min(random.lognormal(median, sigma), 1_800_000),
    outcome: hasFailed ? 'Failed' : draw > 1 - TIMED_OUT ? 'TimedOut' : 'Success',
    takesSlot: name !== 'RecurringScheduledDeployments',
  };
}

/** A task that a person or a build starts: three deployments to one runbook run. */
export function randomTask(random: SeededRandom, serial: number): TaskRequest {
  const project = random.integer(PROJECTS.length);
  const environment = random.pick(ENVIRONMENTS);
  const projectId = `Projects-${project + 1}`;
  if (random.chance(0.25)) {
    return request('RunbookRun', random, {
      description: `Run runbook ${random.pick(RUNBOOKS)} on ${environment}`,
      arguments: { RunbookRunId: `RunbookRuns-${serial}` },
      projectId,
    });
  }
  return request('Deploy', random, {
    description: `Deploy ${PROJECTS[project]} release 1.${random.integer(40)}.${serial} to ${environment}`,
    arguments: { DeploymentId: `Deployments-${serial}` },
    projectId,
  });
}

/** The task that looks which scheduled triggers are due; about every 30 s. */
export function recurringTask(random: SeededRandom, at: number): TaskRequest {
  const processing = { ProcessingDate: new Date(at).toISOString().replace('Z', '') };
  const description = 'Process recurring scheduled triggers';
  const rest = { description, arguments: processing, projectId: undefined };
  return { ...request('RecurringScheduledDeployments', random, rest, 0), outcome: 'Success' };
}

/** The hourly check of targets of the default policy. */
export function healthTask(random: SeededRandom): TaskRequest {
  const description = 'Check target health for Default Machine Policy';
  return request('Health', random, { description, arguments: {}, projectId: undefined });
}

/** The retention run of the system, every four hours. */
export function retentionTask(random: SeededRandom): TaskRequest {
  const description = 'Apply retention policies';
  const rest = { description, arguments: {}, projectId: undefined };
  return { ...request('Retention', random, rest, 0), spaceId: undefined };
}

const ROUTES = [
  '/api',
  '/api/users/me',
  '/api/Spaces-1/dashboard',
  '/api/Spaces-1/projects/all',
  '/api/Spaces-1/projects/Projects-{n}/summary',
  '/api/Spaces-1/tasks/ServerTasks-{n}/details',
  '/api/Spaces-1/environments/all',
  '/api/Spaces-1/releases/Releases-{n}',
  '/api/Spaces-1/deployments/Deployments-{n}',
  '/api/Spaces-1/machines',
  '/api/Spaces-1/lifecycles/all',
  '/api/spaces/all',
  '/api/notifications',
  '/api/Spaces-1/packages',
];
const ZIPF = ROUTES.map((_, index) => 1 / (index + 1) ** 1.1);

/** A path that somebody's browser or build asks for. */
export function randomPath(random: SeededRandom): string {
  return (ROUTES[random.weighted(ZIPF)] ?? '/api').replace('{n}', String(1 + random.integer(400)));
}
