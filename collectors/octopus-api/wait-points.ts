import { eventId } from '../../src/model/event-id.ts';
import type { Point } from '../../src/model/point.ts';
import type { Task } from '../../src/octopus/task.ts';
import { waitGraph, type WaitEdge, type WaitFate, type WaitGraph } from '../../src/octopus/wait-graph.ts';
import { taskLink, numberOf } from './task-link.ts';
import { taskBlockedDataset, taskWaitDataset, taskWaitGraphDataset } from './task-wait-datasets.ts';
import type { TaskWait } from './task-wait.ts';
import { LEAST_WAIT_MS } from './wait-candidates.ts';
import type { Inquiry } from './wait-inquiry.ts';
import type { WaitMemory } from './wait-memory.ts';

/** What is known when waits become points. */
export interface WaitSituation extends Inquiry {
  /** The active tasks. */
  readonly tasks: readonly Task[];
  readonly tenant: string;
  /** Base URL of the instance. */
  readonly url: string;
  /** ms by the agent's clock. */
  readonly now: number;
  /** The server's clock minus the agent's, ms. */
  readonly clockOffset: number;
}

/** The gauges of all waits and an event for each that is new, or has another holder than `told` says. */
export function waitPoints(
  situation: WaitSituation,
  told: WaitMemory['told'],
): { readonly points: readonly Point[]; readonly told: WaitMemory['told'] } {
  const long = situation.waits.filter((wait) => waited(wait, situation) >= LEAST_WAIT_MS);
  const graph = waitGraph(edgesOf(situation));
  const fates = new Map(long.map((wait) => [wait, fateOf(wait, graph)]));
  const keys = long.map((wait) => [wait.task.id, keyOf(wait, fates.get(wait))] as const);
  const fresh = long.filter((wait, index) => told[wait.task.id] !== keys[index]?.[1]);
  const events = fresh.map((wait) => eventPoint(wait, fates.get(wait), situation));
  const blocked = blockedPoints([...long, ...situation.unasked], situation);
  const points = [...blocked, graphPoint(fates, graph, situation), ...events];
  return { points, told: Object.fromEntries(keys) };
}

/** Who is queued waits, asked about or not. Who waits for its own script alone is the end of a chain, not a cycle. */
function edgesOf({ waits, tasks }: WaitSituation): readonly WaitEdge[] {
  const told = waits.filter(({ isOwn }) => !isOwn).map(({ task, holders }) => ({ waiter: task.id, holders }));
  const asked = new Set(waits.map(({ task }) => task.id));
  const queued = tasks.filter(({ id, state }) => state === 'Queued' && !asked.has(id));
  return [...told, ...queued.map(({ id }) => ({ waiter: id, holders: [] }))];
}

function fateOf({ task }: TaskWait, { fates }: WaitGraph): WaitFate {
  return fates.get(task.id) ?? { kind: 'root', root: task.id, chain: [task.id] };
}

function waited({ since }: TaskWait, { now, clockOffset }: WaitSituation): number {
  return Math.max(0, now + clockOffset - since);
}

function blockedPoints(waits: readonly TaskWait[], situation: WaitSituation): readonly Point[] {
  return [...Map.groupBy(waits, ({ reason }) => reason)].map(([reason, group]) => ({
    dataset: taskBlockedDataset,
    time: situation.now,
    dimensions: { reason },
    values: {
      octopus_tasks_blocked: group.length,
      octopus_task_blocked_seconds: Math.max(...group.map((wait) => waited(wait, situation))) / 1000,
    },
  }));
}

function graphPoint(
  fates: ReadonlyMap<TaskWait, WaitFate>,
  { cycles }: WaitGraph,
  situation: WaitSituation,
): Point {
  const root = worstRoot(fates, situation);
  const space = situation.tasks.find(({ id }) => id === root)?.spaceId;
  const behind = [...fates.values()].filter((fate) => fate.kind === 'root' && fate.root === root);
  const values = {
    octopus_task_wait_cycles: cycles.length,
    octopus_task_wait_cycle_number: numberOf(cycles[0]?.[0]),
    octopus_task_root_holder_number: numberOf(root),
    octopus_task_root_holder_space_number: numberOf(space),
    octopus_task_root_holder_blocking: root === undefined ? undefined : behind.length,
    octopus_tasks_blocked_unexamined: situation.unexamined,
  };
  return { dataset: taskWaitGraphDataset, time: situation.now, dimensions: {}, values };
}

/** Of the waits whose root is known by its number, that of the longest. */
function worstRoot(fates: ReadonlyMap<TaskWait, WaitFate>, situation: WaitSituation): string | undefined {
  const known = [...fates].flatMap(([wait, fate]) =>
    fate.kind === 'root' && numberOf(fate.root) !== undefined ? [{ wait, root: fate.root }] : [],
  );
  const [worst] = known.toSorted((a, b) => waited(b.wait, situation) - waited(a.wait, situation));
  return worst?.root;
}

/** Who is before it in a queue changes all the time; what matters is why it waits, and for whom in the end. */
function keyOf({ reason }: TaskWait, fate: WaitFate | undefined): string {
  return `${reason} ${fate?.chain.at(-1) ?? ''}`;
}

function eventPoint(wait: TaskWait, fate: WaitFate | undefined, situation: WaitSituation): Point {
  const { task, holders, reason, message } = wait;
  const { tenant, url, tasks, now } = situation;
  const root = fate?.kind === 'root' ? fate.root : undefined;
  const linked = tasks.find(({ id }) => id === root);
  return {
    dataset: taskWaitDataset,
    time: now,
    id: eventId(tenant, task.id, `waits ${keyOf(wait, fate)}`),
    dimensions: { name: task.name, reason, space: task.spaceId ?? '' },
    values: {
      task_id: task.id,
      holder: holders.length === 0 ? undefined : holders.join(', '),
      root_holder: root,
      chain: fate?.chain.join(' > '),
      link: taskLink(url, root ?? task.id, root === undefined ? task.spaceId : linked?.spaceId),
      in_cycle: fate?.kind === 'cycle',
      waited_seconds: waited(wait, situation) / 1000,
      message,
    },
  };
}
