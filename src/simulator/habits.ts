import type { Instance } from './instance.ts';
import { RECURRING } from './task.ts';
import type { Calendar } from './topology.ts';
import {
  activityAt,
  BURST,
  healthTask,
  PEAK,
  randomPath,
  recurringTask,
  requestRate,
  retentionTask,
  taskRate,
} from './workload.ts';

const RECURRING_EVERY_MS = 30_000;
const HEALTH_EVERY_MS = 3_600_000;
const RETENTION_EVERY_MS = 4 * 3_600_000;
const PROBE_EVERY_MS = 30_000;
/** Share of the tenant's tasks that scheduled triggers start. */
const SCHEDULED_SHARE = 0.2;
const MOST_SCHEDULED_AT_ONCE = 50;

export interface HabitOptions {
  readonly calendar: Calendar;
  /** Multiplies the tenant's tasks and web requests. */
  readonly speed: number;
}

/** Gives an instance its everyday life from `start` on: builds, schedules, health checks, retention, web requests. */
export function liveDaily(instance: Instance, start: number, options: HabitOptions): void {
  const tasks = taskRate(instance.tenant) * options.speed;
  startTasks(instance, start, tasks, options.calendar);
  startRequests(instance, start, options);
  startProbes(instance, start);
  if (instance.tenant.hasSchedules)
    startScheduler(instance, start, tasks * SCHEDULED_SHARE, options.calendar);
  every(instance, start, HEALTH_EVERY_MS, (at) => instance.queue.add(healthTask(instance.random), at));
  every(instance, start, RETENTION_EVERY_MS, (at) => instance.queue.add(retentionTask(instance.random), at));
}

/** Runs `action` each `period` from a random phase, as long as the server runs. */
function every(instance: Instance, start: number, period: number, action: (at: number) => void): void {
  function turn(at: number): void {
    if (!instance.conditions.stopped) action(at);
    instance.agenda.add(at + period, turn);
  }
  instance.agenda.add(start + instance.random.uniform(0, period), turn);
}

/** An inhomogeneous Poisson process by thinning; `rate` is per ms at activity 1. */
function arrivals(
  instance: Instance,
  start: number,
  rate: number,
  calendar: Calendar,
  action: (at: number) => void,
): void {
  if (rate <= 0) return;
  function again(at: number): void {
    instance.agenda.add(at + instance.random.exponential(1 / (rate * PEAK)), turn);
  }
  function turn(at: number): void {
    if (instance.random.chance(activityAt(instance.tenant, at, calendar) / PEAK)) action(at);
    again(at);
  }
  again(start);
}

function startTasks(instance: Instance, start: number, rate: number, calendar: Calendar): void {
  const { random, agenda } = instance;
  const perBurst = BURST.mean * (1 + BURST.followOn);
  function enqueue(at: number): void {
    instance.enqueueRandom(at);
  }
  arrivals(instance, start, (rate * (1 - SCHEDULED_SHARE)) / perBurst, calendar, (at) => {
    const size = random.geometric(BURST.mean);
    for (let i = 0; i < size; i++) {
      const due = i === 0 ? at : at + random.uniform(0, BURST.withinMs);
      agenda.add(due, enqueue);
      if (random.chance(BURST.followOn)) agenda.add(due + random.exponential(BURST.followOnAfterMs), enqueue);
    }
  });
}

function startRequests(instance: Instance, start: number, { calendar, speed }: HabitOptions): void {
  arrivals(instance, start, requestRate(instance.tenant) * speed, calendar, (at) => {
    if (instance.conditions.stopped) return;
    const { random, tenant } = instance;
    const { loggedMs, fails } = instance.requestFate(true);
    const draw = random.next();
    instance.logRequest(at, {
      method: random.chance(0.95) ? 'GET' : 'POST',
      host: `${tenant.tenant}.octopus.app`,
      path: randomPath(random),
      status: fails || draw < 1e-4 ? 500 : draw < 0.02 ? 404 : 200,
      ms: loggedMs,
      user: random.pick(['jane.doe', 'build-server', 'ops', 'release.manager']),
    });
  });
}

/** The liveness probe of the platform, from inside. */
function startProbes(instance: Instance, start: number): void {
  every(instance, start, PROBE_EVERY_MS, (at) => {
    const isDraining = instance.nodes.every((node) => instance.isDraining(node));
    instance.logRequest(at, {
      method: 'GET',
      host: 'localhost:8080',
      path: '/api/octopusservernodes/ping',
      status: isDraining ? 418 : 200,
      ms: instance.random.lognormal(9, 0.5),
      user: '<anonymous>',
    });
  });
}

/**
 * `RecurringScheduledDeployments`: one at a time, about every 30 s. Each run starts what has become due since the
 * last one that ended well, so that a scheduler that was stuck is followed by a storm.
 */
function startScheduler(instance: Instance, start: number, rate: number, calendar: Calendar): void {
  const { agenda, queue, random, tenant } = instance;
  let lastRun = start;
  function turn(at: number): void {
    agenda.add(at + RECURRING_EVERY_MS, turn);
    if (instance.conditions.stopped || hasActiveRecurring(instance)) return;
    queue.add(recurringTask(random, at), at);
  }
  instance.onTaskEnd((task, at) => {
    if (task.name !== RECURRING || task.state !== 'Success') return;
    const due = random.poisson((at - lastRun) * rate * activityAt(tenant, at, calendar));
    lastRun = at;
    for (let i = 0; i < Math.min(due, MOST_SCHEDULED_AT_ONCE); i++) instance.enqueueRandom(at);
  });
  agenda.add(start + random.uniform(0, RECURRING_EVERY_MS), turn);
}

/** Makes the scheduler's next task and leaves it in New, where no processor ever picks it up. */
export function stickScheduler(instance: Instance, at: number): string {
  return instance.queue.add(recurringTask(instance.random, at), at, 'New').id;
}

function hasActiveRecurring(instance: Instance): boolean {
  for (const task of instance.queue.active) if (task.name === RECURRING) return true;
  return false;
}
