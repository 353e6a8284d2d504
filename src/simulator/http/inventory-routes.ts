import type { Instance } from '../instance.ts';
import type { SimulatedMachine } from '../inventory.ts';
import type { Answer, ApiRequest } from './answer.ts';
import { pageAnswer } from './page.ts';

/** `GET /api/{space}/machines`. */
export function listMachines({ inventory }: Instance, { path, query }: ApiRequest): Answer {
  const items = inventory.machines.map((machine) => ({
    ...payload(machine),
    EnvironmentIds: ['Environments-1'],
    Roles: ['web'],
  }));
  return pageAnswer('DeploymentTarget', items, path, query);
}

/** `GET /api/{space}/workers`. */
export function listWorkers({ inventory }: Instance, { path, query }: ApiRequest): Answer {
  const items = inventory.pools.flatMap(({ id, workers }) =>
    workers.map((worker) => ({ ...payload(worker), WorkerPoolIds: [id] })),
  );
  return pageAnswer('Worker', items, path, query);
}

/** `GET /api/{space}/workerpools`. */
export function listWorkerPools({ inventory }: Instance, { path, query }: ApiRequest): Answer {
  const items = inventory.pools.map(({ id, name, isDynamic }) => ({
    Id: id,
    Name: name,
    SpaceId: 'Spaces-1',
    WorkerPoolType: isDynamic ? 'DynamicWorkerPool' : 'StaticWorkerPool',
    IsDefault: id === 'WorkerPools-1',
    CanAddWorkers: !isDynamic,
  }));
  return pageAnswer('WorkerPool', items, path, query);
}

/** `GET /api/{space}/projecttriggers`: one that is scheduled where the tenant has schedules, one that is not. */
export function listProjectTriggers({ tenant }: Instance, { path, query }: ApiRequest): Answer {
  const items = [trigger(1, 'OnceDailySchedule', !tenant.hasSchedules), trigger(2, 'MachineFilter', false)];
  return pageAnswer('ProjectTrigger', items, path, query);
}

/** `GET /api/{space}/interruptions`: nothing waits for a person here. */
export function listInterruptions(_: Instance, { path, query }: ApiRequest): Answer {
  return pageAnswer('Interruption', [], path, query);
}

function payload({ id, name, health, isDisabled, needsUpgrade }: SimulatedMachine): object {
  return {
    Id: id,
    Name: name,
    SpaceId: 'Spaces-1',
    IsDisabled: isDisabled,
    HealthStatus: health,
    StatusSummary:
      health === 'Healthy' ? 'Octopus was able to connect to this machine' : 'The last check failed',
    Endpoint: {
      CommunicationStyle: 'TentaclePassive',
      TentacleVersionDetails: {
        Version: needsUpgrade ? '3.15.8' : '8.2.2517',
        UpgradeSuggested: needsUpgrade,
        UpgradeRequired: needsUpgrade,
      },
    },
  };
}

function trigger(number: number, filterType: string, isDisabled: boolean): object {
  return {
    Id: `ProjectTriggers-${number}`,
    Name: filterType,
    ProjectId: 'Projects-1',
    SpaceId: 'Spaces-1',
    IsDisabled: isDisabled,
    Filter: { FilterType: filterType },
  };
}
