import type { PollCollector } from '../../src/collect/contract.ts';
import type { ClientFor } from './client-for.ts';
import { createEventsPoll } from './events.ts';
import { createInterruptionsPoll } from './interruptions.ts';
import { createLicensePoll } from './license.ts';
import { createMachinesPoll } from './machines.ts';
import { createMaintenancePoll, type FleetMaintenanceWindow } from './maintenance.ts';
import { createScheduledTriggersPoll } from './scheduled-triggers.ts';
import { createSchedulerPoll } from './scheduler.ts';
import { createServerPoll } from './server.ts';
import { createSystemInfoPoll } from './system-info.ts';
import { createWorkersPoll } from './workers.ts';

/** What the polls about the instance as a whole are made with. */
export interface InstancePollDeps {
  readonly clientFor: ClientFor;
  /** `fleet.maintenance_windows` of the configuration, as it is now; none when left out. */
  readonly maintenanceWindows?: () => readonly FleetMaintenanceWindow[];
}

/** The polls about the instance as a whole: what it is allowed, what it runs on, and what happened to it. */
export function createInstancePolls(deps: InstancePollDeps): readonly PollCollector[] {
  const { clientFor, maintenanceWindows = () => [] } = deps;
  return [
    createServerPoll(clientFor),
    createSystemInfoPoll(clientFor),
    createLicensePoll(clientFor),
    createSchedulerPoll(clientFor),
    createScheduledTriggersPoll(clientFor),
    createMachinesPoll(clientFor),
    createWorkersPoll(clientFor),
    createInterruptionsPoll(clientFor),
    createEventsPoll(clientFor),
    createMaintenancePoll(maintenanceWindows),
  ];
}
