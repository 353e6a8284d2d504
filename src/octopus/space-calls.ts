import type { z } from 'zod';
import { interruptionSchema, type Interruption } from './interruption.ts';
import { machineSchema, workerPoolSchema, type Machine, type WorkerPool } from './machine.ts';
import type { Collection, ReadPages } from './pages.ts';
import { projectTriggerSchema, type ProjectTrigger } from './project-trigger.ts';
import type { Space, Spaces } from './spaces.ts';

/** Calls about what lives in one space; each throws what every call of the client may. */
export interface SpaceCalls {
  /** All spaces, 50 at most; on a server older than spaces one without id and name. */
  spaces(signal?: AbortSignal): Promise<readonly Space[]>;
  /** Deployment targets. Permission MachineView. */
  machines(space: Space, signal?: AbortSignal): Promise<readonly Machine[]>;
  /** Permission WorkerView. */
  workers(space: Space, signal?: AbortSignal): Promise<readonly Machine[]>;
  /** Permission WorkerView. */
  workerPools(space: Space, signal?: AbortSignal): Promise<readonly WorkerPool[]>;
  /** What waits for somebody. Permission InterruptionView. */
  pendingInterruptions(space: Space, signal?: AbortSignal): Promise<Collection<Interruption>>;
  /** Permission TriggerView. */
  projectTriggers(space: Space, signal?: AbortSignal): Promise<readonly ProjectTrigger[]>;
}

export function createSpaceCalls(spaces: Spaces, readPages: ReadPages): SpaceCalls {
  function list<S extends z.ZodType>(
    { id }: Space,
    name: string,
    item: S,
    signal: AbortSignal | undefined,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Collection<z.output<S>>> {
    const path = id === '' ? `/api/${name}` : `/api/${encodeURIComponent(id)}/${name}`;
    return readPages({ path, item, query, signal });
  }

  return {
    spaces: (signal) => spaces.all(signal),
    machines: async (space, signal) => (await list(space, 'machines', machineSchema, signal)).items,
    workers: async (space, signal) => (await list(space, 'workers', machineSchema, signal)).items,
    workerPools: async (space, signal) => (await list(space, 'workerpools', workerPoolSchema, signal)).items,
    pendingInterruptions: (space, signal) =>
      list(space, 'interruptions', interruptionSchema, signal, { pendingOnly: 'true' }),
    projectTriggers: async (space, signal) =>
      (await list(space, 'projecttriggers', projectTriggerSchema, signal)).items,
  };
}
