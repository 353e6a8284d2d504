import type { Instance } from '../instance.ts';
import { isActive, lastUpdated, type ServerTask } from '../task.ts';

/** A task as `/api/tasks/{id}` answers it. */
export function taskPayload(task: ServerTask, instance: Instance): object {
  const state = task.state === 'New' ? 'Queued' : task.state;
  const hasEnded = !isActive(task);
  const until = task.completedAt ?? instance.now;
  return {
    Id: task.id,
    SpaceId: task.spaceId ?? null,
    ...(!hasEnded && { EstimatedRemainingQueueDurationSeconds: 0 }),
    Name: task.name,
    Description: task.description,
    Arguments: task.arguments,
    State: state,
    Completed: hasEnded ? new Date(until).toUTCString() : `${state}...`,
    QueueTime: offsetDate(task.queuedAt),
    QueueTimeExpiry: null,
    StartTime: task.startedAt === undefined ? null : offsetDate(task.startedAt),
    LastUpdatedTime: offsetDate(lastUpdated(task, instance.now)),
    CompletedTime: task.completedAt === undefined ? null : offsetDate(task.completedAt),
    ServerNode: task.node ?? null,
    Duration: words(until - (task.startedAt ?? until)),
    ErrorMessage: task.errorMessage,
    HasBeenPickedUpByProcessor: task.startedAt !== undefined,
    IsCompleted: hasEnded,
    FinishedSuccessfully: task.state === 'Success',
    HasPendingInterruptions: false,
    CanRerun: false,
    HasWarningsOrErrors: task.errorMessage !== '',
    UnmetPreconditions: null,
    ProjectId: task.projectId ?? null,
    Links: links(task),
  };
}

function links({ id, spaceId = 'Spaces-1' }: ServerTask): object {
  const self = `/api/tasks/${id}`;
  return {
    Self: self,
    Web: `/app#/${spaceId}/tasks/${id}`,
    Raw: `${self}/raw`,
    Rerun: `/api/tasks/rerun/${id}`,
    Cancel: `${self}/cancel`,
    State: `${self}/state`,
    BlockedBy: `${self}/blockedby`,
    QueuedBehind: `${self}/queued-behind{?skip,take}`,
    Details: `${self}/details{?verbose,tail,ranges}`,
    StatusMessages: `${self}/status/messages`,
    Prioritize: `${self}/prioritize`,
    Artifacts: `/api/${spaceId}/artifacts?regarding=${id}`,
    Interruptions: `/api/${spaceId}/interruptions?regarding=${id}`,
  };
}

/** `2024-09-23T14:42:30.123+00:00`. */
export function offsetDate(at: number): string {
  return new Date(at).toISOString().replace('Z', '+00:00');
}

function words(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
