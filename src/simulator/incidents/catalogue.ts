import type { IncidentTypeId } from '../truth.ts';
import { blip } from './blip.ts';
import { cancellingForEver } from './cancelling-for-ever.ts';
import { capSaturated } from './cap-saturated.ts';
import { clusterNodeLost } from './cluster-node-lost.ts';
import { crash } from './crash.ts';
import { customerFailures } from './customer-failures.ts';
import { databaseFailover } from './database-failover.ts';
import type { IncidentType } from './incident-type.ts';
import { ingressSlow } from './ingress-slow.ts';
import { maintenanceWindow } from './maintenance-window.ts';
import { queueStuck } from './queue-stuck.ts';
import { schedulerStuck } from './scheduler-stuck.ts';
import { scriptMutex } from './script-mutex.ts';
import { sqlPoolExhausted } from './sql-pool-exhausted.ts';

/** Every type of incident that can be played, by id. */
export const INCIDENT_TYPES: Readonly<Record<IncidentTypeId, IncidentType>> = {
  T1: queueStuck,
  T2: schedulerStuck,
  T3: cancellingForEver,
  T4: scriptMutex,
  T5: capSaturated,
  T7: crash,
  T9: sqlPoolExhausted,
  T15: customerFailures,
  S1: clusterNodeLost,
  S3: databaseFailover,
  S7: ingressSlow,
  Q1: maintenanceWindow,
  Q6: blip,
};
