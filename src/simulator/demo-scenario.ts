import { tenantName, type TenantSpec } from './topology.ts';
import type { IncidentTypeId } from './truth.ts';

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

/**
 * What happens in the demo, by second after the start: one tenant's scheduler sticks and is healed by cancelling a task,
 * another's queue sticks, pages and recovers after 35 s; blips wake nobody. With fewer than three tenants the
 * incidents share them.
 */
export function demoScenario(tenants: readonly string[]): readonly DemoIncident[] {
  const at = (index: number): string => tenants[index % tenants.length] ?? tenantName(index);
  return [
    { afterSeconds: 8, type: 'T2', tenant: at(HEALED), durationSeconds: 600 },
    { afterSeconds: 15, type: 'T1', tenant: at(PAGED), durationSeconds: 35 },
    { afterSeconds: 25, type: 'Q6', tenant: at(5), durationSeconds: 2 },
    { afterSeconds: 65, type: 'Q6', tenant: at(4), durationSeconds: 3 },
    { afterSeconds: 150, type: 'T2', tenant: at(3), durationSeconds: 600 },
    { afterSeconds: 240, type: 'T7', tenant: at(6), durationSeconds: 45 },
    { afterSeconds: 330, type: 'Q6', tenant: at(7), durationSeconds: 2 },
    { afterSeconds: 420, type: 'T15', tenant: at(0), durationSeconds: 240 },
    { afterSeconds: 600, type: 'T1', tenant: at(7), durationSeconds: 60 },
  ];
}

/** Tenants for the demo: all at work, so that something is to be seen; the one that pages has no schedules. */
export function demoTenants(count: number): readonly TenantSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    tenant: tenantName(index),
    kind: index % 4 === 3 ? 'quiet' : 'active',
    tasksPerDay: index === PAGED ? 8_000 : index % 4 === 3 ? 1_500 : 4_000,
    taskCap: 10,
    hasSchedules: index !== PAGED,
  }));
}
