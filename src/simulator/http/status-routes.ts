import type { Instance } from '../instance.ts';
import type { ServerNode } from '../server-node.ts';
import { isAtLeast } from '../topology.ts';
import { errorAnswer, notFound, type Answer, type ApiRequest } from './answer.ts';
import { pageAnswer } from './page.ts';
import { offsetDate } from './task-payload.ts';

/** `GET /api`: who is there, and where things are. */
export function root(instance: Instance): Answer {
  return {
    status: 200,
    json: {
      Application: 'Octopus Deploy',
      Version: instance.version,
      ApiVersion: '3.0.0',
      InstallationId: instance.installationId,
      HasLongTermSupport: true,
      Links: {
        Self: '/api',
        OctopusServerClusterSummary: '/api/octopusservernodes/summary',
        OctopusServerNodes: '/api/octopusservernodes{/id}{?skip,take,ids,partialName}',
        ServerHealthStatus: '/api/serverstatus/health',
        ServerStatus: '/api/serverstatus',
        Spaces: '/api/spaces{/id}{?skip,ids,take,partialName}',
        Tasks: `/api/tasks{/id}{?${taskParameters(instance.version)}}`,
      },
    },
  };
}

/** `GET /api/octopusservernodes/ping`: the node that answers; 418 when no node takes tasks. */
export function ping(instance: Instance): Answer {
  const node = instance.nodes.find((candidate) => !instance.isDraining(candidate)) ?? instance.nodes[0];
  if (node === undefined) return notFound();
  const { RunningTaskCount: _, ...rest } = summaryOf(node, instance);
  return { status: instance.isDraining(node) ? 418 : 200, json: { ...rest, Links: {} } };
}

/** `GET /api/octopusservernodes/summary`. */
export function nodesSummary(instance: Instance): Answer {
  return { status: 200, json: { Nodes: instance.nodes.map((node) => summaryOf(node, instance)) } };
}

/** `GET /api/octopusservernodes`. */
export function listNodes(instance: Instance, { path, query }: ApiRequest): Answer {
  const nodes = instance.nodes.map((node) => nodePayload(node));
  return pageAnswer('OctopusServerNode', nodes, path, query);
}

/** `GET` or `PUT /api/octopusservernodes/{id}`: read a node, or set its drain and its task cap. */
export function oneNode(instance: Instance, id: string, { method, body }: ApiRequest): Answer {
  const node = instance.nodes.find((candidate) => candidate.id.toLowerCase() === id.toLowerCase());
  if (node === undefined) return notFound();
  if (method === 'PUT' && !change(node, body)) {
    return errorAnswer(400, 'IsInMaintenanceMode must be a boolean and MaxConcurrentTasks 0 or more.');
  }
  if (method === 'PUT') instance.queue.dispatchSoon(instance.now);
  return { status: 200, json: nodePayload(node) };
}

/** `GET /api/serverstatus/health`: 418 when the server does not operate normally. */
export function health(instance: Instance): Answer {
  const isDraining = instance.nodes.every((node) => instance.isDraining(node));
  return {
    status: isDraining ? 418 : 200,
    json: {
      IsOperatingNormally: !isDraining,
      IsEntireClusterReadOnly: false,
      IsEntireClusterDrainingTasks: isDraining,
      IsCompliantWithLicense: instance.inventory.license.isCompliant,
      Description: isDraining ? 'All nodes are draining tasks.' : 'Octopus is operating normally.',
      Links: {},
    },
  };
}

/** `GET /api/serverstatus`. */
export function serverStatus(instance: Instance): Answer {
  return {
    status: 200,
    json: {
      IsInMaintenanceMode: instance.inventory.isInMaintenanceMode,
      IsUpgradeAvailable: false,
      MaintenanceExpires: null,
      MaximumAvailableVersion: instance.version,
      MaximumAvailableVersionCoveredByLicense: instance.version,
      IsPotentialClone: instance.inventory.isPotentialClone,
      Links: { Self: '/api/serverstatus', Health: '/api/serverstatus/health' },
    },
  };
}

const SPACE = {
  Id: 'Spaces-1',
  Name: 'Default',
  Slug: 'default',
  Description: null,
  IsDefault: true,
  TaskQueueStopped: false,
  SpaceManagersTeams: ['teams-administrators', 'teams-managers'],
  SpaceManagersTeamMembers: [],
  Links: { Self: '/api/spaces/Spaces-1' },
};

/** `GET /api/spaces`, a page, and `GET /api/spaces/all`, a plain array. */
export function listSpaces({ path, query }: ApiRequest): Answer {
  if (path.endsWith('/all')) return { status: 200, json: [SPACE] };
  return pageAnswer('Space', [SPACE], path, query);
}

function summaryOf(node: ServerNode, instance: Instance) {
  return {
    Id: node.id,
    Name: node.name,
    Version: instance.version,
    LastSeen: offsetDate(instance.lastSeen()),
    IsOffline: false,
    IsInMaintenanceMode: instance.isDraining(node),
    MaxConcurrentTasks: node.cap,
    RunningTaskCount: instance.queue.runningOn(node.id),
    MaxSqlConnectionPoolSize: 200,
    RecommendedMaxSqlConnectionPoolSize: node.cap * 3,
  };
}

function nodePayload(node: ServerNode): object {
  const self = `/api/octopusservernodes/${node.id}`;
  return {
    Id: node.id,
    Name: node.name,
    MaxConcurrentTasks: node.cap,
    IsInMaintenanceMode: node.isDraining,
    Links: { Self: self, Details: `${self}/details` },
  };
}

function change(node: ServerNode, body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const wanted: { IsInMaintenanceMode?: unknown; MaxConcurrentTasks?: unknown } = body;
  const { IsInMaintenanceMode: isDraining = node.isDraining, MaxConcurrentTasks: cap = node.cap } = wanted;
  if (typeof isDraining !== 'boolean' || typeof cap !== 'number') return false;
  if (!Number.isInteger(cap) || cap < 0) return false;
  node.isDraining = isDraining;
  node.cap = cap;
  return true;
}

function taskParameters(version: string): string {
  const old =
    'skip,active,environment,tenant,project,name,node,running,states,hasPendingInterruptions,hasWarningsOrErrors,take,ids,partialName,spaces,includeSystem';
  if (!isAtLeast(version, 2020, 1)) return old;
  return `${old},runbook,description,fromCompletedDate,toCompletedDate,fromQueueDate,toQueueDate,fromStartDate,toStartDate`;
}
