import { tenantName, type TenantSpec } from './topology.ts';
import type { IncidentSpec, IncidentTypeId } from './truth.ts';

/** One incident of the demo. */
export interface DemoIncident {
  readonly afterSeconds: number;
  readonly type: IncidentTypeId;
  readonly tenant: string;
  readonly durationSeconds: number;
}

/** The one that is healed by cancelling its stuck scheduler task. */
const HEALED = 2;
/** The one that pages: its queue is stuck until it recovers. */
const PAGED = 1;

/** Later rounds: each 10 minutes, on other tenants each time. */
const ROUND_SECONDS = 600;
const ROUNDS = 24;

/**
 * What happens in the demo, by second after the start: one tenant's scheduler sticks and is healed by cancelling a task,
 * another's queue sticks, pages and recovers after 38 s; blips wake nobody. Then for four hours a few incidents every ten
 * minutes. With few tenants the incidents share them.
 */
export function demoScenario(tenants: readonly string[]): readonly DemoIncident[] {
  return [
    ...opening(tenants),
    ...Array.from({ length: ROUNDS }, (_, round) => laterRound(tenants, round)).flat(),
  ];
}

/** The scenario as the simulator takes it. */
export function demoIncidents(tenants: readonly string[]): readonly IncidentSpec[] {
  return demoScenario(tenants).map(({ afterSeconds, type, tenant, durationSeconds }) => ({
    type,
    tenants: [tenant],
    afterMs: afterSeconds * 1000,
    durationMs: durationSeconds * 1000,
  }));
}

function opening(tenants: readonly string[]): readonly DemoIncident[] {
  return [
    { afterSeconds: 8, type: 'T2', tenant: nth(tenants, HEALED), durationSeconds: 600 },
    { afterSeconds: 12, type: 'T1', tenant: nth(tenants, PAGED), durationSeconds: 38 },
    { afterSeconds: 25, type: 'Q6', tenant: nth(tenants, 5), durationSeconds: 1.5 },
    { afterSeconds: 65, type: 'Q6', tenant: nth(tenants, 4), durationSeconds: 1.5 },
  ];
}

function laterRound(tenants: readonly string[], round: number): readonly DemoIncident[] {
  const start = 180 + round * ROUND_SECONDS;
  return [
    { afterSeconds: start, type: 'T2', tenant: nth(tenants, round + 3), durationSeconds: 300 },
    { afterSeconds: start + 90, type: 'Q6', tenant: nth(tenants, round + 7), durationSeconds: 1.5 },
    { afterSeconds: start + 180, type: 'T7', tenant: nth(tenants, round + 6), durationSeconds: 45 },
    { afterSeconds: start + 330, type: 'T15', tenant: nth(tenants, round), durationSeconds: 120 },
  ];
}

function nth(tenants: readonly string[], index: number): string {
  return tenants[index % tenants.length] ?? tenantName(index);
}

/**
 * Tenants for the demo: all at work at any hour, with short tasks, so that something is to be seen; the one that pages
 * has no schedules.
 */
export function demoTenants(count: number): readonly TenantSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    tenant: tenantName(index),
    kind: index % 4 === 3 ? 'quiet' : 'active',
    tasksPerDay: index === PAGED ? 8_000 : index % 4 === 3 ? 1_500 : 4_000,
    taskLength: 0.2,
    taskCap: 10,
    calendar: 'always-busy',
    hasSchedules: index !== PAGED,
  }));
}
