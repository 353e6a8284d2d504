import type { Instance } from '../instance.ts';
import { errorAnswer, notFound, type Answer, type ApiRequest } from './answer.ts';
import {
  listInterruptions,
  listMachines,
  listProjectTriggers,
  listWorkerPools,
  listWorkers,
} from './inventory-routes.ts';
import { recentLogs } from './log-routes.ts';
import { licenseStatus, listEvents, ownUser, scheduler, systemInfo } from './server-routes.ts';
import {
  health,
  listNodes,
  listSpaces,
  nodesSummary,
  oneNode,
  ping,
  root,
  serverStatus,
} from './status-routes.ts';
import { cancelTask, getTask, listTasks } from './task-routes.ts';
import { blockedBy, queuedBehind, statusMessages, taskDetails } from './wait-routes.ts';

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Of the whole lower-case path; groups are handed on. */
  readonly path: RegExp;
  /** Open to everybody. */
  readonly isAnonymous?: boolean;
  /** A key without rights gets 403 that names this. */
  readonly permission?: string;
  answer(instance: Instance, request: ApiRequest, first: string, second: string): Answer;
}

const SPACE = '(?:spaces/)?(spaces-\\d+)';
const TASK = '(servertasks-\\d+)';

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/api$/, isAnonymous: true, answer: (instance) => root(instance) },
  {
    method: 'GET',
    path: /^\/api\/octopusservernodes\/ping$/,
    isAnonymous: true,
    answer: (instance) => ping(instance),
  },
  {
    method: 'GET',
    path: /^\/api\/octopusservernodes\/summary$/,
    permission: 'AdministerSystem',
    answer: (instance) => nodesSummary(instance),
  },
  { method: 'GET', path: /^\/api\/octopusservernodes$/, answer: listNodes },
  { method: 'GET', path: /^\/api\/users\/me$/, answer: () => ownUser() },
  {
    method: 'GET',
    path: /^\/api\/octopusservernodes\/([^/]+)$/,
    answer: (instance, request, id) => oneNode(instance, id, request),
  },
  {
    method: 'PUT',
    path: /^\/api\/octopusservernodes\/([^/]+)$/,
    permission: 'AdministerSystem',
    answer: (instance, request, id) => oneNode(instance, id, request),
  },
  {
    method: 'GET',
    path: /^\/api\/serverstatus\/health$/,
    isAnonymous: true,
    answer: (instance) => health(instance),
  },
  {
    method: 'GET',
    path: /^\/api\/serverstatus\/hosted\/external$/,
    isAnonymous: true,
    answer: (instance) => health(instance),
  },
  {
    method: 'GET',
    path: /^\/api\/serverstatus\/logs$/,
    permission: 'AdministerSystem',
    answer: recentLogs,
  },
  { method: 'GET', path: /^\/api\/serverstatus$/, answer: (instance) => serverStatus(instance) },
  { method: 'GET', path: /^\/api\/spaces(?:\/all)?$/, answer: (_, request) => listSpaces(request) },
  {
    method: 'GET',
    path: /^\/api\/serverstatus\/system-info$/,
    permission: 'AdministerSystem',
    answer: (instance) => systemInfo(instance),
  },
  {
    method: 'GET',
    path: /^\/api\/licenses\/licenses-current-status$/,
    permission: 'AdministerSystem',
    answer: (instance) => licenseStatus(instance),
  },
  {
    method: 'GET',
    path: /^\/api\/scheduler$/,
    permission: 'AdministerSystem',
    answer: (instance) => scheduler(instance),
  },
  { method: 'GET', path: /^\/api\/events$/, permission: 'EventView', answer: listEvents },
  inSpace('machines', 'MachineView', listMachines),
  inSpace('workers', 'WorkerView', listWorkers),
  inSpace('workerpools', 'WorkerView', listWorkerPools),
  inSpace('projecttriggers', 'TriggerView', listProjectTriggers),
  inSpace('interruptions', 'InterruptionView', listInterruptions),
  {
    method: 'GET',
    path: /^\/api\/tasks$/,
    answer: (instance, request) => listTasks(instance, request, undefined),
  },
  {
    method: 'GET',
    path: new RegExp(`^/api/${SPACE}/tasks$`),
    answer: (instance, request, space) =>
      space === 'spaces-1' ? listTasks(instance, request, space) : notFound(),
  },
  {
    method: 'GET',
    path: new RegExp(`^/api/(?:${SPACE}/)?tasks/${TASK}$`),
    answer: (instance, _, _space, id) => getTask(instance, id),
  },
  taskRoute('blockedby', blockedBy),
  taskRoute('queued-behind', queuedBehind),
  taskRoute('status/messages', statusMessages),
  taskRoute('details', taskDetails),
  {
    method: 'POST',
    path: new RegExp(`^/api/(?:${SPACE}/)?tasks/${TASK}/cancel$`),
    permission: 'TaskCancel',
    answer: (instance, _, _space, id) => cancelTask(instance, id),
  },
];

/** A list of the only space there is, reachable without naming it too. */
function inSpace(
  name: string,
  permission: string,
  list: (instance: Instance, request: ApiRequest) => Answer,
): Route {
  return {
    method: 'GET',
    path: new RegExp(`^/api/(?:${SPACE}/)?${name}$`),
    permission,
    answer: (instance, request, space: string | undefined) =>
      space === undefined || space === '' || space === 'spaces-1' ? list(instance, request) : notFound(),
  };
}

/** `GET` of something that belongs to one task, with or without its space. */
function taskRoute(
  suffix: string,
  answer: (instance: Instance, id: string, request: ApiRequest) => Answer,
): Route {
  return {
    method: 'GET',
    path: new RegExp(`^/api/(?:${SPACE}/)?tasks/${TASK}/${suffix}$`),
    answer: (instance, request, _space, id) => answer(instance, id, request),
  };
}

export interface MatchedRoute {
  readonly isAnonymous: boolean;
  readonly permission: string | undefined;
  answer(instance: Instance, request: ApiRequest): Answer;
}

/** The route of a request; one that answers 404 or 405 when there is none. */
export function matchRoute(method: string, path: string): MatchedRoute {
  const known = ROUTES.filter((route) => route.path.test(path));
  const route = known.find((candidate) => candidate.method === method);
  if (route === undefined) {
    const answer =
      known.length === 0 ? notFound() : errorAnswer(405, `The method ${method} is not allowed here.`);
    return { isAnonymous: true, permission: undefined, answer: () => answer };
  }
  const [, first = '', second = ''] = route.path.exec(path) ?? [];
  return {
    isAnonymous: route.isAnonymous ?? false,
    permission: route.permission,
    answer: (instance, request) => route.answer(instance, request, first, second),
  };
}
